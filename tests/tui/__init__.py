"""The storefront, driven as a person would."""
