using Baeum.Plotting.Json;

namespace Baeum.Plotting;

/// <summary>A picture: panels row by row under a common title. A single panel converts to one.</summary>
/// <example><code>
/// lesson.Plot("activations", new Figure(lesson.Text("활성화 함수", "Activations"), columns: 3, [sigmoid, tanh, relu]));
/// </code></example>
public sealed class Figure
{
    /// <summary>Arranges panels row by row.</summary>
    /// <param name="title">The line above all; empty: none.</param>
    /// <param name="columns">Panels in a row.</param>
    /// <param name="panels">At least one.</param>
    public Figure(string title, int columns, IReadOnlyList<Panel> panels)
    {
        ArgumentNullException.ThrowIfNull(panels);
        if (panels.Count == 0 || columns < 1)
            throw new ArgumentException($"Figure '{title}': needs at least one panel and one column, not {panels.Count} and {columns}", nameof(panels));
        Title = title;
        Columns = Math.Min(columns, panels.Count);
        Panels = panels;
    }

    /// <summary>The line above all panels.</summary>
    public string Title { get; }

    /// <summary>Panels in a row.</summary>
    public int Columns { get; }

    /// <summary>The panels, row by row.</summary>
    public IReadOnlyList<Panel> Panels { get; }

    /// <summary>How many rows of panels there are.</summary>
    public int Rows => (Panels.Count + Columns - 1) / Columns;

    /// <summary>True: all panels have the same x axis.</summary>
    public bool ShareX { get; init; }

    /// <summary>True: all panels have the same y axis.</summary>
    public bool ShareY { get; init; }

    /// <summary>Width of one panel in pixels; null: by the number of columns.</summary>
    public int? PanelWidth { get; init; }

    /// <summary>Height of one panel in pixels; null: by the number of columns.</summary>
    public int? PanelHeight { get; init; }

    /// <summary>Pictures side by side, each with its caption: filters, feature maps, samples of a data set.</summary>
    /// <param name="title">The line above all.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <param name="pictures">The pictures, <c>[height, width]</c> each.</param>
    /// <param name="captions">A line above each; null: none.</param>
    /// <param name="map">Its colours.</param>
    /// <param name="low">What gets the first colour; null: each picture's own least value.</param>
    /// <param name="high">What gets the last colour; null: each picture's own greatest value.</param>
    public static Figure Images(string title, int columns, IReadOnlyList<Grid> pictures, IReadOnlyList<string>? captions = null, ColorMap map = ColorMap.Grey, double? low = null, double? high = null)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (captions is not null && captions.Count != pictures.Count)
            throw new ArgumentException($"Images: {captions.Count} captions for {pictures.Count} pictures", nameof(captions));
        return new Figure(title, columns, [.. pictures.Select((picture, i) => new Panel(captions?[i] ?? "") { Axes = false, EqualAxes = true }.HeatMap(picture, map, low: low, high: high))])
        {
            PanelWidth = 150,
            PanelHeight = captions is null ? 150 : 172,
        };
    }

    /// <summary>The figure as JSON; numbers that are not finite become null.</summary>
    public string ToJson() => FigureJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null among numbers becomes NaN.</summary>
    /// <exception cref="FormatException">It is no figure.</exception>
    public static Figure FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return FigureJson.Read(json);
    }

    /// <summary>A figure of this one panel.</summary>
    public static implicit operator Figure(Panel panel) => new("", 1, [panel]);
}
