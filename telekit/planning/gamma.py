"""The incomplete gamma function, for arguments in the millions."""

from math import exp, inf, lgamma, log, log1p, pi, sqrt

SMALLEST = 2.0**-60
"""What adds less than this part changes nothing."""

TINY = 1e-300

FEW = 16.0
"""Below it the logarithm of the gamma function is exact enough by itself."""


def series(s: float, z: float) -> float:
    """Give 1 + z/(s+1) + z^2/((s+1)(s+2)) + ...; for z up to about s, above which it grows beyond all numbers."""
    total = term = 1.0
    k = s
    while True:
        k += 1.0
        ratio = z / k
        term *= ratio
        total += term
        if ratio < 1.0 and term * ratio <= total * SMALLEST * (1.0 - ratio):
            return total


def lower(s: float, z: float) -> float:
    """Give the regularised lower incomplete gamma function P(s, z).

    Source: Abramowitz and Stegun 6.5.29 below s, the continued fraction 6.5.31 by Lentz's method above it.
    """
    if z <= 0.0:
        return 0.0
    if z <= s:
        return point(s, z) * series(s, z)
    return 1.0 - point(s, z) * s * _fraction(s, z)


def point(s: float, z: float) -> float:
    """Give z^s e^-z / Gamma(s+1), the Poisson probability, without the difference of two great numbers.

    Source: C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000.
    """
    if s < FEW:
        return exp(s * log(z) - z - lgamma(s + 1.0))
    return exp(-_rest_of_stirling(s) - _deviance(s, z)) / sqrt(2.0 * pi * s)


def inverse_sum(x: float, count: int) -> float:
    """Give 1/(x+1) + ... + 1/(x+count).

    Source: the Euler-Maclaurin formula, where x is great enough.
    """
    direct, total = min(count, max(0, int(FEW * 4 - x))), 0.0
    for k in range(1, direct + 1):
        total += 1.0 / (x + k)
    if direct == count:
        return total
    first, last = x + direct + 1.0, x + count
    total += log1p((last - first) / first) + (1.0 / first + 1.0 / last) / 2.0
    return total + (first**-2 - last**-2) / 12.0 - (first**-4 - last**-4) / 120.0


def _fraction(s: float, z: float) -> float:
    """Give Gamma(s, z) / (z^s e^-z) for z above s."""
    b = z + 1.0 - s
    c, d = inf, 1.0 / b
    total = d
    k = 0.0
    while True:
        k += 1.0
        a = -k * (k - s)
        b += 2.0
        d = 1.0 / (a * d + b or TINY)
        c = b + a / c or TINY
        step = c * d
        total *= step
        if abs(step - 1.0) <= SMALLEST * 64.0:
            return total


def _rest_of_stirling(s: float) -> float:
    """Give log Gamma(s+1) less Stirling's s log s - s + log(2 pi s) / 2."""
    square = s * s
    rest = 1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square
    return (1 / 12 - (1 / 360 - rest / square) / square) / s


def _deviance(s: float, z: float) -> float:
    """Give s log(s/z) + z - s, also where s and z are nearly the same."""
    if abs(s - z) >= 0.1 * (s + z):
        return s * log(s / z) + z - s
    v = (s - z) / (s + z)
    total, term, odd = (s - z) * v, 2.0 * s * v, 1
    while True:
        odd += 2
        term *= v * v
        if total + term / odd == total:
            return total
        total += term / odd
