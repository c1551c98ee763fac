"""Django's settings, of which what differs between machines is in a file of its own."""

import os
import tomllib
from pathlib import Path

_SETTINGS = tomllib.loads(Path(os.environ["DIARY_SETTINGS"]).read_text(encoding="utf-8"))

DEBUG = _SETTINGS["debug"]
SECRET_KEY = os.environ.get("DIARY_KEY", "only for development")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "diary.urls"
WSGI_APPLICATION = "diary.wsgi.application"
INSTALLED_APPS = ["django.contrib.staticfiles", "diary"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": _SETTINGS["data"]}}
STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("DIARY_STATIC")
CELERY_BROKER_URL = _SETTINGS["broker"]
CELERY_BEAT_SCHEDULE = {"nightly": {"task": "diary.tasks.tidy", "schedule": 86400.0}}
