using System.Globalization;

namespace Baeum.Plotting.Drawing;

/// <summary>Where an axis is marked, and with what.</summary>
/// <param name="Major">The marks that carry a label; on a logarithmic axis, powers of ten.</param>
/// <param name="Labels">Their labels.</param>
/// <param name="Minor">Shorter marks between them.</param>
internal sealed record Ticks(double[] Major, string[] Labels, double[] Minor)
{
    /// <summary>Round numbers, 1, 2 or 5 times a power of ten apart, about <paramref name="wanted"/> of them.</summary>
    internal static Ticks Linear(double low, double high, int wanted, bool whole = false)
    {
        double rough = (high - low) / Math.Max(1, wanted), power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        if (whole)
            step = Math.Max(1, step);
        double first = Math.Ceiling(low / step - 1e-9);
        double[] major = [.. Enumerable.Range(0, 1 + (int)Math.Clamp(Math.Floor(high / step - first + 1e-9), 0, 100)).Select(i => (first + i) * step)];
        return new Ticks(major, Label(major, step), []);
    }

    /// <summary>Powers of ten between two exponents; less than one and a half decades get 1, 2 and 5 times a power as well.</summary>
    internal static Ticks Logarithmic(double low, double high, int wanted)
    {
        int first = (int)Math.Ceiling(low - 1e-9), last = (int)Math.Floor(high + 1e-9);
        if (last - first < 1)
        {
            (double At, string Label)[] marks = [.. from power in Enumerable.Range((int)Math.Floor(low), (int)Math.Ceiling(high) - (int)Math.Floor(low) + 1)
                                                    from digit in (int[])[1, 2, 3, 5]
                                                    let at = power + Math.Log10(digit)
                                                    where at >= low - 1e-9 && at <= high + 1e-9
                                                    select (at, Number(digit * Math.Pow(10, power)))];
            if (marks.Length > 1)
                return new Ticks([.. marks.Select(mark => mark.At)], [.. marks.Select(mark => mark.Label)], []);
            Ticks even = Linear(low, high, wanted);
            return even with { Labels = [.. even.Major.Select(at => Number(Math.Pow(10, at)))] };
        }
        int step = Math.Max(1, (int)Math.Ceiling((last - first + 1) / (double)Math.Max(2, wanted)));
        double[] major = [.. from power in Enumerable.Range(first, last - first + 1) where power % step == 0 select (double)power];
        double[] minor = step > 1 ? [] : [.. from power in Enumerable.Range(first - 1, last - first + 2)
                                             from digit in Enumerable.Range(2, 8)
                                             let at = power + Math.Log10(digit)
                                             where at > low && at < high
                                             select at];
        return new Ticks(major, [.. major.Select(power => "10" + Raised((int)power))], minor);
    }

    /// <summary>A number as short as three significant digits allow.</summary>
    internal static string Number(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return value == 0 ? "0" : double.IsNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
        int power = (int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-12);
        if (power is >= -3 and < 6)
            return value.ToString(power >= 2 ? "0" : power == 1 ? "0.#" : "0." + new string('#', 2 - power), CultureInfo.InvariantCulture);
        return Scientific(value, power, "0.##");
    }

    private static string[] Label(double[] major, double step)
    {
        double largest = major.Length == 0 ? 0 : major.Max(Math.Abs);
        // numbers that are tiny or huge share their power of ten in form, not in value: each label is complete
        if (largest >= 1e6 || (step < 1e-4 && largest < 1e-2))
        {
            int digits = Math.Clamp((int)Math.Floor(Math.Log10(largest) + 1e-12) - (int)Math.Floor(Math.Log10(step) + 1e-12), 0, 6);
            return [.. major.Select(at => at == 0 ? "0" : Scientific(at, (int)Math.Floor(Math.Log10(Math.Abs(at)) + 1e-12), "0." + new string('#', digits)))];
        }
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        string form = "F" + decimals.ToString(CultureInfo.InvariantCulture);
        return [.. major.Select(at => (Math.Abs(at) < step / 2 ? 0 : at).ToString(form, CultureInfo.InvariantCulture))];
    }

    private static string Scientific(double value, int power, string form)
    {
        string mantissa = (value / Math.Pow(10, power)).ToString(form, CultureInfo.InvariantCulture);
        return (mantissa switch { "1" => "10", "-1" => "-10", _ => mantissa + "×10" }) + Raised(power);
    }

    private static string Raised(int power) => string.Concat(power.ToString(CultureInfo.InvariantCulture).Select(digit => digit == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']));
}
