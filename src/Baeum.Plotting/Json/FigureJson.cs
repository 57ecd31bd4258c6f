using System.Text.Json;
using System.Text.Json.Serialization;

namespace Baeum.Plotting.Json;

/// <summary>Figures as JSON: layers by their kind, a row of numbers as an array, what is not a finite number as null.</summary>
internal static class FigureJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new NumberConverter(), new SeriesConverter(), new GridConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static string Write(Figure figure) => JsonSerializer.Serialize(new FigureData(
        figure.Title, figure.Columns, [.. figure.Panels.Select(Data)], figure.ShareX, figure.ShareY, figure.PanelWidth, figure.PanelHeight), Options);

    internal static Figure Read(string json)
    {
        try
        {
            FigureData data = JsonSerializer.Deserialize<FigureData>(json, Options) ?? throw new JsonException("it is null");
            return new Figure(data.Title ?? "", data.Columns, [.. (data.Panels ?? []).Select(Panel)])
            {
                ShareX = data.ShareX,
                ShareY = data.ShareY,
                PanelWidth = data.PanelWidth,
                PanelHeight = data.PanelHeight,
            };
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or NullReferenceException or ArgumentException)
        {
            throw new FormatException($"Figure.FromJson: this is no figure: {error.Message}", error);
        }
    }

    private static PanelData Data(Panel panel) => new(
        panel.Title, panel.XLabel, panel.YLabel, panel.ZLabel, panel.LogX, panel.LogY, panel.EqualAxes, panel.Axes,
        Ends(panel.XLimits), Ends(panel.YLimits), Ends(panel.ZLimits), [panel.View.Azimuth, panel.View.Elevation], [.. panel.Layers]);

    private static Panel Panel(PanelData data)
    {
        var panel = new Panel(data.Title ?? "", data.XLabel ?? "", data.YLabel ?? "", data.ZLabel ?? "")
        {
            LogX = data.LogX,
            LogY = data.LogY,
            EqualAxes = data.EqualAxes,
            Axes = data.Axes,
            XLimits = Ends(data.XLimits),
            YLimits = Ends(data.YLimits),
            ZLimits = Ends(data.ZLimits),
            View = Ends(data.View) ?? (-60, 30),
        };
        // through the methods that chapters use: they refuse what does not fit together
        foreach (Layer layer in data.Layers ?? [])
        {
            _ = layer switch
            {
                LineLayer l => panel.Line(l.X, l.Y, l.Name, l.Color, l.Dashed, l.Width),
                ScatterLayer l => panel.Scatter(l.X, l.Y, l.Name, l.Color, l.Size),
                PathLayer l => panel.Path(l.X, l.Y, l.Name, l.Color),
                BandLayer l => panel.Band(l.X, l.Low, l.High, l.Name, l.Color),
                HistogramLayer l => panel.Histogram(l.Values, l.Bins, l.Name, l.Color, l.Density),
                BarLayer l => panel.Bars(l.Labels, l.Values, l.Name, l.Color),
                BoxLayer l => panel.Boxes(l.Labels, l.Values),
                HeatMapLayer l => panel.HeatMap(l.Values, l.Map, l.RowLabels.Count > 0 ? l.RowLabels : null, l.ColumnLabels.Count > 0 ? l.ColumnLabels : null, l.ShowValues, l.Low, l.High),
                ContourLayer l => panel.Contour(l.X, l.Y, l.Z, l.Levels, l.Filled, l.Map),
                RegionLayer l => panel.Regions(l.X, l.Y, l.Z, l.Boundary),
                RuleLayer { Vertical: true } l => panel.VerticalLine(l.At, l.Name, l.Color, l.Dashed),
                RuleLayer l => panel.HorizontalLine(l.At, l.Name, l.Color, l.Dashed),
                TextLayer l => panel.Text(l.X, l.Y, l.Text, l.Color),
                ArrowLayer l => panel.Arrow(l.FromX, l.FromY, l.ToX, l.ToY, l.Text, l.Color),
                NetworkLayer l => panel.Network(l.Sizes, l.Weights.Count > 0 ? l.Weights : null, l.Names.Count > 0 ? l.Names : null, l.ShowValues),
                SurfaceLayer { Wire: true } l => panel.WireFrame(l.X, l.Y, l.Z, l.Floor),
                SurfaceLayer l => panel.Surface(l.X, l.Y, l.Z, l.Map, l.Floor),
                Path3DLayer { Joined: true } l => panel.Line3D(l.X, l.Y, l.Z, l.Name, l.Color),
                Path3DLayer l => panel.Scatter3D(l.X, l.Y, l.Z, l.Name, l.Color),
                _ => throw new JsonException("a layer is missing"),
            };
        }
        return panel;
    }

    private static double[]? Ends((double Low, double High)? ends) => ends is var (low, high) ? [low, high] : null;

    private static (double Low, double High)? Ends(double[]? ends) => ends switch
    {
        null => null,
        [double low, double high] => (low, high),
        _ => throw new JsonException("the ends of an axis are two numbers"),
    };

    private sealed record FigureData(string? Title, int Columns, PanelData[]? Panels, bool ShareX, bool ShareY, int? PanelWidth, int? PanelHeight);

    private sealed record PanelData(
        string? Title, string? XLabel, string? YLabel, string? ZLabel, bool LogX, bool LogY, bool EqualAxes, bool Axes,
        double[]? XLimits, double[]? YLimits, double[]? ZLimits, double[]? View, Layer[]? Layers);

    private sealed class NumberConverter : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }

    private sealed class SeriesConverter : JsonConverter<Series>
    {
        public override Series Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<double[]>(ref reader, options) ?? throw new JsonException("a row of numbers is missing"));

        public override void Write(Utf8JsonWriter writer, Series value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Items, options);
    }

    private sealed class GridConverter : JsonConverter<Grid>
    {
        public override Grid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            double[][] rows = JsonSerializer.Deserialize<double[][]>(ref reader, options) ?? throw new JsonException("a matrix is missing");
            int columns = rows.Length == 0 ? 0 : rows[0].Length;
            var items = new double[rows.Length, columns];
            for (int i = 0; i < rows.Length; i++)
            {
                if (rows[i].Length != columns)
                    throw new JsonException($"row {i} of a matrix has {rows[i].Length} numbers, the first has {columns}");
                for (int j = 0; j < columns; j++)
                    items[i, j] = rows[i][j];
            }
            return new Grid(items);
        }

        public override void Write(Utf8JsonWriter writer, Grid value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            for (int i = 0; i < value.Rows; i++)
            {
                writer.WriteStartArray();
                for (int j = 0; j < value.Columns; j++)
                    JsonSerializer.Serialize(writer, value.Items[i, j], options);
                writer.WriteEndArray();
            }
            writer.WriteEndArray();
        }
    }
}
