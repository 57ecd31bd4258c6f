using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>Lays the panels of a figure out and draws them on any of Skia's canvases.</summary>
internal sealed class FigureCanvas
{
    private const float Margin = 10, TitleSize = 18, TitleHeight = 26;
    private readonly Figure figure;
    private readonly float panelWidth, panelHeight, head;
    private readonly IReadOnlyList<string> title;

    internal FigureCanvas(Figure figure)
    {
        this.figure = figure;
        bool space = figure.Panels.Any(SpacePanel.Is);
        (float width, float height) = (figure.Columns, figure.Rows) switch
        {
            (1, 1) => space ? (640, 540) : (720, 440),
            (1, _) => (720, space ? 520 : 300),
            (2, _) => (480, space ? 430 : 350),
            (3, _) => (390, space ? 360 : 300),
            _ => (310, 260),
        };
        panelWidth = figure.PanelWidth ?? width;
        panelHeight = figure.PanelHeight ?? height;
        Width = (int)Math.Ceiling(2 * Margin + figure.Columns * panelWidth);
        title = Words.Wrap(figure.Title, Width - 2 * Margin, TitleSize, bold: true);
        head = Margin + title.Count * TitleHeight;
        Height = (int)Math.Ceiling(head + figure.Rows * panelHeight + Margin);
    }

    /// <summary>In pixels, before any enlargement.</summary>
    internal int Width { get; }

    /// <inheritdoc cref="Width"/>
    internal int Height { get; }

    /// <param name="canvas">Where; already enlarged.</param>
    /// <param name="scale">By how much it is enlarged: coloured planes are computed pixel by pixel.</param>
    internal void Draw(SKCanvas canvas, float scale)
    {
        using (var white = new SKPaint { Color = SKColors.White })
            canvas.DrawRect(0, 0, Width, Height, white);
        for (int line = 0; line < title.Count; line++)
            Words.Draw(canvas, title[line], Width / 2f, Margin + (line + 0.5f) * TitleHeight, Words.Fit(title[line], Width - 2 * Margin, TitleSize, bold: true), Palette.Ink, bold: true);
        Limits[] limits = [.. figure.Panels.Select(panel => SpacePanel.Is(panel) ? default : PanelLimits.Of(panel))];
        Limits[] plane = [.. limits.Where((_, i) => !SpacePanel.Is(figure.Panels[i]))];
        Limits shared = plane.Length == 0 ? default : Limits.Union(plane);
        for (int i = 0; i < figure.Panels.Count; i++)
        {
            float left = Margin + i % figure.Columns * panelWidth, top = head + i / figure.Columns * panelHeight;
            var area = new SKRect(left, top, left + panelWidth, top + panelHeight);
            Panel panel = figure.Panels[i];
            if (SpacePanel.Is(panel))
            {
                SpacePanel.Draw(canvas, panel, area);
                continue;
            }
            Limits own = limits[i];
            if (figure.ShareX)
                own = own with { Left = shared.Left, Right = shared.Right };
            if (figure.ShareY)
                own = own with { Bottom = shared.Bottom, Top = shared.Top };
            new PlanePanel(panel, own, area, scale).Draw(canvas);
        }
    }
}
