"""Rules in a package."""

NAME = "rules"
