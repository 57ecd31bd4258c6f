using System.Globalization;
using System.Text;

namespace Baeum;

/// <summary>Writes tensors as PyTorch prints them: four digits, one format for all elements, large ones cut in the middle.</summary>
internal static class TensorPrinter
{
    private const int EdgeItems = 3;
    private const int Threshold = 1000;
    private const int LineWidth = 80;
    private const string Prefix = "tensor(";

    internal static string Print(Tensor tensor)
    {
        var text = new StringBuilder(Prefix);
        if (tensor.Count == 0)
        {
            text.Append("[]");
            if (tensor.Rank != 1) text.Append(CultureInfo.InvariantCulture, $", size=({string.Join(", ", tensor.Shape.Sizes)})");
            if (tensor.DType != DType.Float32) text.Append(", dtype=").Append(Name(tensor.DType));
            return text.Append(')').ToString();
        }
        var values = tensor.Detach();
        bool cut = values.Count > Threshold;
        var shown = new List<double>();
        Collect(values, cut, shown);
        var format = values.DType.IsFloatingPoint() ? ForNumbers(shown) : x => values.DType == DType.Bool ? x != 0 ? "True" : "False" : x.ToString("F0", CultureInfo.InvariantCulture);
        if (values.DType == DType.Int64) format = x => ((long)x).ToString(CultureInfo.InvariantCulture);
        int width = values.Rank == 0 ? 0 : shown.Max(x => format(x).Length);
        Write(text, values, cut, x => format(x).PadLeft(width), width, Prefix.Length);
        if (values.DType is DType.Float64 or DType.Float16 or DType.BFloat16) text.Append(", dtype=").Append(Name(values.DType));
        if (tensor.node is LeafNode) text.Append(tensor.RequiresGrad ? ", requires_grad=True" : "");
        else if (tensor.node is { } node) text.Append(CultureInfo.InvariantCulture, $", grad_fn=<{node.Name}>");
        return text.Append(')').ToString();
    }

    private static string Name(DType dtype) => dtype.ToString().ToLowerInvariant();

    private static void Collect(Tensor x, bool cut, List<double> into)
    {
        if (x.Rank == 0)
        {
            into.Add(x.Item());
            return;
        }
        foreach (int i in Shown(x.Shape[0], cut))
        {
            if (i >= 0) Collect(x.Select(0, i), cut, into);
        }
    }

    /// <summary>The indices that are printed; -1 stands for the dots.</summary>
    private static IEnumerable<int> Shown(int size, bool cut) =>
        !cut || size <= 2 * EdgeItems
            ? Enumerable.Range(0, size)
            : [.. Enumerable.Range(0, EdgeItems), -1, .. Enumerable.Range(size - EdgeItems, EdgeItems)];

    private static void Write(StringBuilder text, Tensor x, bool cut, Func<double, string> format, int width, int indent)
    {
        if (x.Rank == 0)
        {
            text.Append(format(x.Item()));
            return;
        }
        text.Append('[');
        bool first = true;
        if (x.Rank == 1)
        {
            int perLine = Math.Max(1, (LineWidth - indent) / (width + 2)), column = 0;
            foreach (int i in Shown(x.Shape[0], cut))
            {
                if (!first) text.Append(column == perLine ? ",\n" + new string(' ', indent + 1) : ", ");
                if (column == perLine) column = 0;
                text.Append(i < 0 ? " ..." : format(x.Select(0, i).Item()));
                column++;
                first = false;
            }
        }
        else
        {
            string separator = "," + new string('\n', x.Rank - 1) + new string(' ', indent + 1);
            foreach (int i in Shown(x.Shape[0], cut))
            {
                if (!first) text.Append(separator);
                if (i < 0) text.Append("...");
                else Write(text, x.Select(0, i), cut, format, width, indent + 1);
                first = false;
            }
        }
        text.Append(']');
    }

    /// <summary>PyTorch's choice between whole numbers, four decimals and scientific notation.</summary>
    private static Func<double, string> ForNumbers(List<double> values)
    {
        var finite = values.Where(x => double.IsFinite(x) && x != 0).Select(Math.Abs).ToList();
        double largest = finite.Count > 0 ? finite.Max() : 0, smallest = finite.Count > 0 ? finite.Min() : 0;
        bool whole = finite.TrueForAll(x => Math.Ceiling(x) == x);
        bool scientific = finite.Count > 0 && (whole
            ? largest / smallest > 1000 || largest > 1e8
            : largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4);
        string pattern = scientific ? "0.0000e+00" : whole ? "0'.'" : "0.0000";
        return x =>
            double.IsNaN(x) ? "nan"
            : double.IsInfinity(x) ? x > 0 ? "inf" : "-inf"
            : (x == 0 && double.IsNegative(x) ? "-" : "") + x.ToString(pattern, CultureInfo.InvariantCulture);
    }
}
