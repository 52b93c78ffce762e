"""Formats amounts of money: minor units in, major units out; never a float.

Source of exponents: ISO 4217:2015 list one (active codes); codes not named in an exception have two
decimals.
"""

from __future__ import annotations

_TWO_DECIMALS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
    "GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD "
    "LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB "
    "PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
    "SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW "
    "ZWG"
)
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
}
"""Number of decimals of each currency that a shop can use."""


def format_major(amount_minor: int, exponent: int) -> str:
    """Write minor units as a plain decimal in major units (`1234` with two decimals is `12.34`)."""
    sign = "-" if amount_minor < 0 else ""
    digits = str(abs(amount_minor)).rjust(exponent + 1, "0")
    if exponent == 0:
        return sign + digits
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"


def spoken(amount_minor: int, currency: str) -> str:
    """Format an amount for a sentence: major units, thousands separators, currency code."""
    sign = "-" if amount_minor < 0 else ""
    whole, point, decimals = format_major(abs(amount_minor), EXPONENTS[currency]).partition(".")
    return f"{sign}{int(whole):,}{point}{decimals} {currency}"


def typed_amount(amount_minor: int, currency: str) -> str:
    """Format an amount as an argument of a command: major units, no separators, no currency."""
    return format_major(amount_minor, EXPONENTS[currency])
