"""The databases that lists are measured on can be filled with the tables of today: the bench itself takes too long for a test."""

import pytest
from django.apps import apps
from django.db.models import NOT_PROVIDED, AutoField

from bench import filling, mix

COLUMNS = {
    "accounts_contractor": mix.CONTRACTOR,
    "applications_application": mix.APPLICATIONS,
    "applications_line": mix.LINES,
    "applications_message": mix.MESSAGES,
    "guarantees_guarantee": mix.GUARANTEES,
    "guarantees_key": mix.KEYS,
    "guarantees_look": mix.LOOKS,
    "guarantees_premium": mix.PREMIUMS,
    "guarantees_version": mix.VERSIONS,
}


def test_every_table_that_is_filled_is_looked_at_here():
    assert set(COLUMNS) == set(filling.TABLES)


@pytest.mark.parametrize("table", COLUMNS)
def test_the_mix_gives_each_table_the_columns_that_it_has_and_needs(table):
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    fields = model._meta.local_concrete_fields
    given = set(COLUMNS[table])
    needed = {
        field.column
        for field in fields
        if not (field.null or field.db_default is not NOT_PROVIDED or isinstance(field, AutoField))
    }
    assert given - {field.column for field in fields} == set()
    assert needed - given == set()
