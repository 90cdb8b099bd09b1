"""Divide the work of a service among its workers: who may take from which partition, and how several are taken from."""
