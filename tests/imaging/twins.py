"""The compiled kernels of imaging said again in NumPy, plainly and slowly."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def select_points(level: Array, is_masked: Array, block_px: int) -> Array:
    height, width = level.shape
    picture = level.astype(np.float32)
    in_x, in_y = np.zeros_like(picture), np.zeros_like(picture)
    in_x[:, 1:-1] = picture[:, 2:] - picture[:, :-2]
    in_y[1:-1] = picture[2:] - picture[:-2]
    squared = in_x**2 + in_y**2
    squared[:, [0, -1]] = 0.0
    squared[[0, -1]] = 0.0
    if is_masked.size:
        squared[is_masked != 0] = 0.0
    points = []
    for row in range(height // block_px):
        for column in range(width // block_px):
            rows = slice(row * block_px, (row + 1) * block_px)
            columns = slice(column * block_px, (column + 1) * block_px)
            block = squared[rows, columns]
            if block.max() > 0.0:
                at = np.unravel_index(np.argmax(block), block.shape)
                y, x = row * block_px + at[0], column * block_px + at[1]
                points.append([x, y, 0.5 * in_x[y, x], 0.5 * in_y[y, x], picture[y, x]])
    return np.array(points, np.float64).reshape(-1, 5)


def bend(homography: Array, points: Array) -> Array:
    mapped = points[:, :2] @ homography[:, :2].T + homography[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def interpolate(level: Array, places: Array) -> Array:
    """(n,) bilinear values; NaN outside."""
    height, width = level.shape
    x, y = places.T
    is_inside = (x >= 0) & (y >= 0) & (x < width - 1) & (y < height - 1)
    column = np.where(is_inside, x, 0).astype(int)
    row = np.where(is_inside, y, 0).astype(int)
    over, down = x - column, y - row
    picture = level.astype(np.float64)
    top = (1 - over) * picture[row, column] + over * picture[row, column + 1]
    bottom = (1 - over) * picture[row + 1, column] + over * picture[row + 1, column + 1]
    return np.where(is_inside, (1 - down) * top + down * bottom, np.nan)


def tukey(residual: Array) -> tuple[Array, float]:
    sigma = 1.4826 * np.nanmedian(np.abs(residual))
    ratio = residual / (4.685 * max(sigma, 1e-3))
    inside = np.abs(ratio) < 1.0
    return np.where(inside, (1.0 - np.where(inside, ratio, 0.0) ** 2) ** 2, 0.0), float(sigma)


def refine_homography(
    current: Array, points: Array, start: Array, trust: Array, limits: tuple[int, float]
) -> tuple[Array, float, float]:
    height, width = current.shape
    scale = 0.5 * width
    to_full = np.array([[scale, 0, 0.5 * (width - 1)], [0, scale, 0.5 * (height - 1)], [0, 0, 1]])
    u, v = ((points[:, :2] - to_full[:2, 2]) / scale).T
    in_u, in_v = (points[:, 2:4] * scale).T
    along = in_u * u + in_v * v
    value = points[:, 4] - points[:, 4].mean()
    rows = np.stack(
        (in_u * u, in_u * v, in_u, in_v * u, in_v * v, in_v, -u * along, -v * along, value,
         np.ones_like(u))
    )  # fmt: skip
    homography, gain, bias, sigma = start, 1.0, 0.0, np.nan
    for iteration in range(limits[0]):
        residual = interpolate(current, bend(homography, points)) - points[:, 4]
        if iteration == 0:
            bias = float(np.nanmedian(residual))
        residual = residual - (gain - 1.0) * value - bias
        weight, sigma = tukey(residual)
        weighted = rows * (weight * trust)
        step = np.linalg.solve(weighted @ rows.T, weighted @ np.nan_to_num(residual))
        change = np.eye(3) + np.append(step[:8], 0.0).reshape(3, 3)
        unit = np.linalg.inv(to_full) @ homography @ to_full
        homography = to_full @ unit @ np.linalg.inv(change) @ np.linalg.inv(to_full)
        homography = homography / homography[2, 2]
        gain, bias = gain + step[8], bias + step[9]
        if scale * np.abs(step[:8]).sum() < limits[1]:
            break
    return homography, gain, sigma


def cell_of(points: Array, shape: tuple[int, int], grid: tuple[int, int]) -> Array:
    row = points[:, 1].astype(int) * grid[0] // shape[0]
    column = points[:, 0].astype(int) * grid[1] // shape[1]
    return np.asarray(row * grid[1] + column)


def cell_equations(
    current: Array, points: Array, homography: Array, grid: tuple[int, int]
) -> tuple[Array, Array, Array, float]:
    """Matrix (m, 2, 2) and vector (m, 2) of each cell's shift, cells of points, sigma."""
    residual = interpolate(current, bend(homography, points)) - points[:, 4]
    residual = residual - np.nanmedian(residual)
    value = points[:, 4] - points[:, 4].mean()
    weight, _ = tukey(residual)
    gain = np.nansum(weight * value * residual) / np.sum(weight * value**2)
    residual = residual - gain * value
    residual = residual - np.nanmedian(residual)
    weight, sigma = tukey(residual)
    cells = cell_of(points, current.shape, grid)
    matrix, vector = np.zeros((grid[0] * grid[1], 2, 2)), np.zeros((grid[0] * grid[1], 2))
    gradient = points[:, 2:4]
    outer = weight[:, None, None] * gradient[:, :, None] * gradient[:, None, :]
    np.add.at(matrix, cells, outer)
    np.add.at(vector, cells, weight[:, None] * gradient * np.nan_to_num(residual)[:, None])
    return matrix, vector, cells, sigma


def weigh_cells(current: Array, points: Array, homography: Array, grid: tuple[int, int]) -> Array:
    matrix, vector, cells, sigma = cell_equations(current, points, homography, grid)
    trust = np.ones(len(matrix))
    for cell, (m, v) in enumerate(zip(matrix, vector, strict=True)):
        if np.linalg.det(m) > 1e-6 * np.trace(m) ** 2:
            surprise = v @ np.linalg.solve(m, v) / max(sigma, 1e-3) ** 2 / 6.0
            trust[cell] = 1.0 / (1.0 + surprise**2)
    return trust[cells]


def measure_agreement(
    current: Array, points: Array, homography: Array, grid: tuple[int, int]
) -> tuple[Array, Array, Array]:
    matrix, vector, cells, _ = cell_equations(current, points, homography, grid)
    height, width = current.shape
    place = bend(homography, points)
    steps = [np.array(step) for step in ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0))]
    right, left, below, above = (interpolate(current, place + step) for step in steps)
    seen = np.stack((0.5 * (right - left), 0.5 * (below - above)), axis=1)
    is_inside = np.all((place >= 1.0) & (place < (width - 2, height - 2)), axis=1)
    norm = np.linalg.norm(points[:, 2:4], axis=1) * np.linalg.norm(seen, axis=1) + 1e-6
    of_point = np.sum(points[:, 2:4] * seen, axis=1) / norm
    n_cells = len(matrix)
    count = np.bincount(cells[is_inside], minlength=n_cells)
    total = np.bincount(cells[is_inside], of_point[is_inside], n_cells)
    is_told = count >= 6
    cosine = np.where(is_told, total / np.maximum(count, 1), np.nan)
    shift = np.full(n_cells, np.nan)
    for cell in np.flatnonzero(is_told):
        if np.linalg.det(matrix[cell]) > 1e-3 * np.trace(matrix[cell]) ** 2:
            shift[cell] = np.linalg.norm(np.linalg.solve(matrix[cell], vector[cell]))
    p, c = points[is_inside, 2:4], seen[is_inside]
    p = p / (np.linalg.norm(p, axis=1, keepdims=True) + 1e-6)
    c = c / (np.linalg.norm(c, axis=1, keepdims=True) + 1e-6)
    cross = 0.5 * (p.T @ c + (p.T @ c).T)
    moments = np.array([[m[0, 0], m[0, 1], m[1, 1]] for m in (cross, p.T @ p, c.T @ c)]) / len(p)
    return cosine.reshape(grid), shift.reshape(grid), moments


def remember_look(
    levels: Array, response: Array, memory: tuple[Array, ...], *, least: int, n_looks: int
) -> tuple[Array, ...]:
    share, mean, deviation, contrast = (part.astype(np.int64) for part in memory)
    size = np.abs(response.astype(np.int64))
    is_on = size >= least
    value = levels.astype(np.int64) * 256
    is_new = is_on & (share == 0)
    mean, deviation = np.where(is_new, value, mean), np.where(is_new, 0, deviation)
    off = value - mean
    mean = np.where(is_on, mean + off // 4, mean)
    deviation = np.where(is_on, deviation + (np.abs(off) - deviation) // 4, deviation)
    share = np.where(is_on, share + (65535 - share) // n_looks, share - share // n_looks)
    return share, mean, deviation, np.where(is_on, size, contrast)


def stroke_contrast(levels: Array, y: int, x: int, reach: int) -> int:
    best, value = 0, int(levels[y, x])
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        sides = []
        for sign in (1, -1):
            steps = [(y + sign * i * down, x + sign * i * right) for i in range(1, reach + 1)]
            off = [
                value - int(levels[p])
                for p in steps
                if 0 <= p[0] < levels.shape[0] and 0 <= p[1] < levels.shape[1]
            ]
            sides.append(max(off, key=abs, default=0))
        if sides[0] * sides[1] > 0:
            best = max(best, min(abs(side) for side in sides))
    return best


def mark_ink(
    levels: Array, known: Array, values: Array, limits: tuple[int, int, float, int]
) -> set[tuple[int, int]]:
    """Places of strokes in known ink that are part of a letter, or a dot beside one."""
    width_px, least_contrast, sharpness, extent = limits
    ink = set()
    for y in range(1, levels.shape[0] - 1):
        for x in range(1, levels.shape[1] - 1):
            if known[y, x] or not values[levels[y, x]]:
                continue
            near = levels[[y, y, y - 1, y + 1], [x - 1, x + 1, x, x]].astype(int)
            step = np.abs(near - int(levels[y, x])).max()
            contrast = stroke_contrast(levels, y, x, width_px)
            if contrast >= least_contrast and step >= sharpness * contrast:
                ink.add((y, x))
    left, letters = set(ink), set()
    while left:
        group = {left.pop()}
        while near_by := {
            p for p in left if any(max(abs(p[0] - q[0]), abs(p[1] - q[1])) <= 2 for q in group)
        }:
            group |= near_by
            left -= near_by
        touches = any(known[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3].any() for y, x in group)
        longer = 1 + max(max(side) - min(side) for side in zip(*group, strict=True))
        if longer >= (3 if touches else extent):
            letters |= group
    dots = {
        p for p in ink if any(max(abs(p[0] - q[0]), abs(p[1] - q[1])) <= extent for q in letters)
    }
    return letters | dots
