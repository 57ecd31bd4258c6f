using System.Globalization;

namespace Baeum;

/// <summary>
/// The 256 layers of the normal ziggurat (Marsaglia and Tsang, 2000) exactly as NumPy tabulates them. A layer is the strip of equal area
/// below the curve exp(-x²/2): its right edge is w, its upper edge is f, and k is the share of it that lies under the curve everywhere.
/// </summary>
internal static class Ziggurat
{
    /// <summary>Where the tail begins.</summary>
    internal const double TailStart = 3.6541528853610088;
    internal const double InverseTailStart = 0.27366123732975827203338247596;
    private const double Area = 0.004928673233974652;
    private const double Steps = 1L << 52;
    private const double SingleSteps = 1 << 23;

    internal static readonly double[] Width = new double[256];
    internal static readonly double[] Height = new double[256];
    internal static readonly ulong[] Inside = new ulong[256];
    internal static readonly float[] SingleWidth = new float[256];
    internal static readonly float[] SingleHeight = new float[256];
    internal static readonly uint[] SingleInside = new uint[256];

    static Ziggurat()
    {
        var edge = new double[256];
        edge[255] = TailStart;
        Height[255] = Exp(-0.5 * TailStart * TailStart);
        for (int i = 254; i > 0; i--)
        {
            edge[i] = Math.Sqrt(-2.0 * Log((Area / edge[i + 1]) + Height[i + 1]));
            Height[i] = Exp(-0.5 * edge[i] * edge[i]);
            // the library that computed NumPy's table rounded this one exponential the wrong way, and all lower layers follow from it
            if (i == 38)
                Height[i] = Math.BitIncrement(Height[i]);
        }
        Height[0] = 1.0;
        edge[0] = Area / Height[255];
        Inside[0] = (ulong)(TailStart * Height[255] / Area * Steps);
        SingleInside[0] = (uint)(TailStart * Height[255] / Area * SingleSteps);
        for (int i = 0; i < 256; i++)
        {
            Width[i] = edge[i] / Steps;
            SingleWidth[i] = (float)(edge[i] / SingleSteps);
            SingleHeight[i] = (float)Height[i];
            if (i < 2)
                continue;
            Inside[i] = (ulong)Math.Round(edge[i - 1] / edge[i] * Steps);
            SingleInside[i] = (uint)Math.Round(edge[i - 1] / edge[i] * SingleSteps);
        }
    }

    // Math.Exp and Math.Log differ in the last bit between platforms; these are rounded correctly, so the tables are the same everywhere.
    private static double Exp(double x) => FromDecimal(DecimalExp(ToDecimal(x)));

    private static double Log(double y)
    {
        decimal guess = ToDecimal(Math.Log(y)), value = ToDecimal(y), power = DecimalExp(guess);
        return FromDecimal(guess + (2 * (value - power) / (value + power)));
    }

    private static decimal DecimalExp(decimal x)
    {
        const int Halvings = 8;
        decimal reduced = x / (1 << Halvings), term = 1, sum = 1;
        for (int i = 1; i < 24; i++)
        {
            term *= reduced / i;
            sum += term;
        }
        for (int i = 0; i < Halvings; i++)
            sum *= sum;
        return sum;
    }

    private static decimal ToDecimal(double x) => decimal.Parse(x.ToString("F27", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static double FromDecimal(decimal x) => double.Parse(x.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
