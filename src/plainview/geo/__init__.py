"""Geodesy, geoid, camera rays, terrain values, footprints, covariance."""
