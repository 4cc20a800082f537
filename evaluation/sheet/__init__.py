"""Ten claims, some with planted errors: a team tests itself, or its checker, in ten minutes and on paper."""
