"""Imported once, when the memory image is made, and never again: what is loaded here costs no run anything."""

import gc
import sys

# What plugins are likely to import. A plugin that imports another module of the standard library waits for it once.
import argparse, base64, bisect, calendar, collections, contextlib, copy, csv, dataclasses, datetime, decimal  # noqa: E401
import difflib, enum, fractions, functools, hashlib, heapq, html, importlib.util, inspect, io, itertools, json  # noqa: E401
import logging, math, numbers, operator, os, pathlib, pprint, random, re, secrets, statistics, string, struct  # noqa: E401
import tempfile, textwrap, time, traceback, types, typing, unicodedata, urllib.parse, urllib.request, uuid, warnings  # noqa: E401
import zlib, zoneinfo, email.utils, http, ast, queue, threading, shutil, unittest.mock, asyncio  # noqa: E401

import kili.client_domain
import kili.exceptions
import kili.plugins
import kili_events
import requests

import kili_edge.runner

# The files this comes from exist only while the image is made.
sys.path.remove("/lib/kili-edge")
sys.path_importer_cache.clear()
gc.collect()
gc.freeze()
