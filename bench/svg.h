/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plots over time as small SVG files: two panels, one below the other, that are readable on light and dark pages. */
#ifndef TESTUDO_BENCH_SVG_H
#define TESTUDO_BENCH_SVG_H

#include <stddef.h>
#include <stdio.h>

struct svg {
  FILE *out;
  double seconds; /* the width */
  size_t n;       /* points of each line */
  double y, height, top; /* of the present panel */
  double label_x;
};

void svg_begin(struct svg *s, const char *title);

/* Panel 0 or 1, whose values go from 0 to `top`. */
void svg_panel(struct svg *s, int panel, double top, const char *unit);

/* One line of n values. Colour 0 is grey. A label of NULL is none. */
void svg_line(struct svg *s, const double *values, unsigned colour, const char *label);

void svg_end(struct svg *s);

#endif
