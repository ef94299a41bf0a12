"""Caseloads as they come from other tools."""
