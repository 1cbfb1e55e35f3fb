/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "svg.h"

#define WIDTH 760.0
#define LEFT 52.0
#define PLOT_WIDTH (WIDTH - LEFT - 16.0)

static const char *const colours[] = {"#999", "#1d6fb8", "#d1495b", "#2e8b57", "#b07b00", "#7b4fa3"};

void svg_begin(struct svg *s, const char *title)
{
  fprintf(s->out,
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g 330\" font-family=\"sans-serif\" font-size=\"11\">\n"
    "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n<text x=\"%g\" y=\"16\" font-size=\"13\">%s</text>\n",
    WIDTH, LEFT, title);
}

void svg_panel(struct svg *s, int panel, double top, const char *unit)
{
  s->y = panel == 0 ? 42 : 232;
  s->height = panel == 0 ? 160 : 70;
  s->top = top;
  s->label_x = LEFT;
  fprintf(s->out, "<rect x=\"%g\" y=\"%g\" width=\"%g\" height=\"%g\" fill=\"none\" stroke=\"#bbb\"/>\n", LEFT, s->y, PLOT_WIDTH,
          s->height);
  for (int i = 0; i <= 2; i++)
    fprintf(s->out, "<text x=\"%g\" y=\"%g\" text-anchor=\"end\">%.*f</text>\n", LEFT - 5, s->y + s->height * (2 - i) / 2 + 4,
            top < 10 ? 1 : 0, top * i / 2);
  fprintf(s->out, "<text x=\"14\" y=\"%g\" transform=\"rotate(-90 14 %g)\" text-anchor=\"middle\">%s</text>\n",
          s->y + s->height / 2, s->y + s->height / 2, unit);
  for (int i = 0; i <= 5; i++)
    fprintf(s->out, "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\">%.0f s</text>\n", LEFT + PLOT_WIDTH * i / 5,
            s->y + s->height + 14, s->seconds * i / 5);
}

void svg_line(struct svg *s, const double *values, unsigned colour, const char *label)
{
  const char *stroke = colours[colour % (sizeof colours / sizeof colours[0])];
  fprintf(s->out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" points=\"", stroke, colour == 0 ? "2" : "1");
  for (size_t i = 0; i < s->n; i++) {
    double value = values[i] < s->top ? values[i] : s->top;
    fprintf(s->out, "%.1f,%.1f ", LEFT + PLOT_WIDTH * (double)i / (double)s->n, s->y + s->height * (1 - value / s->top));
  }
  fprintf(s->out, "\"/>\n");
  if (label == NULL)
    return;
  fprintf(s->out, "<text x=\"%g\" y=\"%g\" fill=\"%s\">%s</text>\n", s->label_x, s->y - 6, stroke, label);
  s->label_x += 70;
}

void svg_end(struct svg *s)
{
  fprintf(s->out, "</svg>\n");
}
