"""A model as judge, only with its true and false positive rates against people measured and corrected for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.special import ndtri

from evaluation.harness.result import Metric
from evaluation.statistics.clusters import Numbers
from evidence.base import EvidenceModel

_Z = float(ndtri(0.975))


class JudgeRates(EvidenceModel):
    """How a judge's answers met people's, on cases that both judged."""

    right: int = Field(ge=1, description="Cases that people found right.")
    right_said_right: int = Field(ge=0, description="Those of them that the judge found right.")
    wrong: int = Field(ge=1, description="Cases that people found wrong.")
    wrong_said_right: int = Field(ge=0, description="Those of them that the judge found right all the same.")

    @classmethod
    def measured(cls, people: npt.ArrayLike, judge: npt.ArrayLike) -> JudgeRates:
        """From the answers, true for right, of people and judge case by case. Pydantic refuses where one kind has no case."""
        truth, said = np.asarray(people, dtype=bool), np.asarray(judge, dtype=bool)
        return cls(
            right=int(truth.sum()),
            right_said_right=int((truth & said).sum()),
            wrong=int((~truth).sum()),
            wrong_said_right=int((~truth & said).sum()),
        )


def corrected_share(said_right: int, n: int, rates: JudgeRates) -> Metric:
    """The share of right cases, from how many of `n` a judge with these rates found right (Rogan and Gladen 1978).

    The interval carries the uncertainty of the share and of both rates (Lang and Reiczigel 2014). A judge whose answers may,
    by these rates, be no better than chance gives no figure: too few to say.
    """
    method = "Rogan-Gladen, Lang-Reiczigel"
    if not n:
        return Metric(value=None, n=0, method=method, note="no case")
    told, low, high, sure = rogan_gladen(
        (said_right, n), (rates.right_said_right, rates.right), (rates.wrong - rates.wrong_said_right, rates.wrong)
    )
    if not bool(sure):
        return Metric(value=None, n=n, method=method, note="the judge may be no better than chance: too few to say")
    return Metric(value=float(told), low=float(low), high=float(high), n=n, method=method)


Part = tuple[npt.ArrayLike, npt.ArrayLike]


def rogan_gladen(
    said: Part, true_positive: Part, true_negative: Part
) -> tuple[Numbers, Numbers, Numbers, npt.NDArray[np.bool_]]:
    """The corrected share, its interval's ends, and whether the judge is surely better than chance.

    Each part is a count and out of how many: found right; right and found right; wrong and found wrong.
    """
    parts = [
        (np.asarray(count, dtype=float), np.asarray(of, dtype=float)) for count, of in (said, true_positive, true_negative)
    ]
    raw = [count / of for count, of in parts]
    better = raw[1] + raw[2] - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        told = np.clip((raw[0] + raw[2] - 1) / better, 0, 1)
    added = (_Z**2, 2.0, 2.0)  # cases added, half of each kind
    size = [of + more for (_, of), more in zip(parts, added, strict=True)]
    share, sensitive, specific = (
        (count + more / 2) / whole for (count, _), more, whole in zip(parts, added, size, strict=True)
    )
    youden = sensitive + specific - 1
    sure = youden > _Z * np.sqrt(sensitive * (1 - sensitive) / size[1] + specific * (1 - specific) / size[2])
    worth = np.where(sure, youden, np.nan)
    middle = (share + specific - 1) / worth
    of_sensitive, of_specific = sensitive * (1 - sensitive) / size[1], specific * (1 - specific) / size[2]
    moved = 2 * _Z**2 * (middle * of_sensitive - (1 - middle) * of_specific)
    error = np.sqrt(share * (1 - share) / size[0] + of_sensitive * middle**2 + of_specific * (1 - middle) ** 2) / worth
    return told, np.clip(middle + moved - _Z * error, 0, 1), np.clip(middle + moved + _Z * error, 0, 1), sure
