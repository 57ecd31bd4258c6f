using System.Globalization;

namespace Baeum;

/// <summary>Writes values as Python prints them, for the printed form of modules.</summary>
internal static class Python
{
    internal static string Bool(bool value) => value ? "True" : "False";

    internal static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int mark = text.IndexOf('E', StringComparison.Ordinal);
        if (mark < 0)
        {
            double size = Math.Abs(value);
            if (size is >= 1e-4 or 0) return text.Contains('.', StringComparison.Ordinal) || !double.IsFinite(value) ? text : text + ".0";
            int exponent = (int)Math.Floor(Math.Log10(size));
            return $"{(value / Math.Pow(10, exponent)).ToString("0.################", CultureInfo.InvariantCulture)}e-{-exponent:00}";
        }
        int power = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{text[..mark]}e{(power < 0 ? '-' : '+')}{Math.Abs(power):00}");
    }

    /// <summary>One number if height and width are the same, as where a layer was given one.</summary>
    internal static string Size(Size2D size) => size.Height == size.Width ? size.Height.ToString(CultureInfo.InvariantCulture) : size.ToString();

    internal static string Tuple(ReadOnlySpan<int> values) => values.Length == 1
        ? string.Create(CultureInfo.InvariantCulture, $"({values[0]},)")
        : $"({string.Join(", ", values.ToArray())})";
}
