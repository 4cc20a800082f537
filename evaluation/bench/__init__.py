"""Measurements that `make bench` prints, each as a ratio taken in one run."""
