/* SPDX-License-Identifier: ISC */
/*
 * The plot: a bar for each command's added time with a line over the middle half
 * of its rounds, as SVG.  The scale is that of the longest which has a floor: what
 * is longer is cut, and says so.
 */
#include "measure.h"

#define ROW 24
#define BAR 14
#define LEFT 330
#define WIDTH 560
#define RIGHT 90
#define TOP 56

static double
longest(const struct measure *measure)
{
	double most = 1;

	for (size_t i = 0; i < measure->count; i++)
		if (measure->subjects[i].argv[0] && measure->subjects[i].floor) {
			double added = timing_added(measure, &measure->subjects[i]);
			most = added > most ? added : most;
		}
	return most;
}

static void
plot_head(const struct measure *measure, size_t rows, FILE *file)
{
	int width = LEFT + WIDTH + RIGHT;
	int height = TOP + (int)rows * ROW + 10;

	fprintf(file,
	    /* REUSE-IgnoreStart */
	    "<!-- SPDX-License-Identifier: ISC -->\n"
	    /* REUSE-IgnoreEnd */
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
	    " height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n"
	    "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
	    "<text x=\"10\" y=\"20\" font-size=\"15\" font-weight=\"bold\">Time added to the next"
	    " program alone, in microseconds</text>\n"
	    "<text x=\"10\" y=\"38\" fill=\"#555\">Medians of %zu interleaved rounds; the thin line"
	    " is the middle half. Grey: floors and others. Blue: bindchain.</text>\n",
	    width, height, width, height, measure->rounds);
}

static void
plot_row(const struct measure *measure, const struct subject *subject, size_t row, double scale,
    FILE *file)
{
	double next = timing_quantile(measure, measure->next, 0.5);
	double added = timing_added(measure, subject);
	double low = timing_quantile(measure, subject, 0.25) - next;
	double high = timing_quantile(measure, subject, 0.75) - next;
	int top = TOP + (int)row * ROW, middle = top + BAR / 2;
	double end = WIDTH / scale;
	bool cut = high > end * 1.05;

	low = low < 0 ? 0 : cut ? end : low;
	high = high < 0 ? 0 : cut ? end : high;
	fprintf(file, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", LEFT - 8,
	    top + 12, subject->name);
	fprintf(file, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n", LEFT,
	    top, added < 0 ? 0 : (cut ? end : added) * scale, BAR,
	    subject->floor ? "#3b78c3" : "#b4b4b4");
	fprintf(file, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"black\"/>\n",
	    LEFT + low * scale, LEFT + high * scale, middle, middle);
	fprintf(file, "<text x=\"%.1f\" y=\"%d\">%.1f%s</text>\n", LEFT + high * scale + 6,
	    top + 12, added / 1000, cut ? " (cut)" : "");
}

void
plot_write(const struct measure *measure, FILE *file)
{
	double scale = WIDTH / longest(measure);
	size_t rows = 0, row = 0;

	for (size_t i = 0; i < measure->count; i++)
		rows += measure->subjects[i].argv[0] != NULL;
	plot_head(measure, rows, file);
	for (size_t i = 0; i < measure->count; i++)
		if (measure->subjects[i].argv[0])
			plot_row(measure, &measure->subjects[i], row++, scale, file);
	fputs("</svg>\n", file);
}
