using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

/// <summary>
/// Exponential, logarithm and their relations, one source for floats and doubles and for every width.
/// Ranges are reduced in the classic way (x = n·ln 2 + r; x = 2^k·m; x = n·π/2 + r) and the rest is a polynomial fitted at the Chebyshev
/// points to below half a unit in the last place. Limits (infinities, NaN, numbers below the normal range) come out as in PyTorch.
/// </summary>
internal static class VectorMath
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private const double Log2E = 1.4426950408889634;

    [MethodImpl(Inline)]
    public static TV Exp<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV p = ExpCore<TV, T>(ClampExp<TV, T>(x), out TV n) + TV.Constant(1);
        return Scale<TV, T>(p, n);
    }

    /// <summary>e^x where the result is known to be a normal number or NaN.</summary>
    [MethodImpl(Inline)]
    public static TV ExpNormal<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV p = ExpCore<TV, T>(x, out TV n);
        TV s = TV.PowerOfTwo(n);
        return TV.MultiplyAdd(p, s, s);
    }

    [MethodImpl(Inline)]
    public static TV Exp2<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        double top = typeof(T) == typeof(float) ? 129 : 1025, bottom = typeof(T) == typeof(float) ? -151 : -1076;
        x = TV.FastMax(TV.Constant(bottom), TV.FastMin(TV.Constant(top), x));
        TV n = TV.Round(x);
        TV p = ExpPolynomial<TV, T>((x - n) * TV.Constant(0.6931471805599453)) + TV.Constant(1);
        return Scale<TV, T>(p, n);
    }

    /// <summary>e^x − 1 without cancellation: 2^n·(e^r − 1) + (2^n − 1), halved inside so that the largest finite result does not overflow.</summary>
    [MethodImpl(Inline)]
    public static TV ExpM1<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        double top = typeof(T) == typeof(float) ? 88.9 : 709.9, bottom = typeof(T) == typeof(float) ? -18 : -38;
        TV p = ExpCore<TV, T>(TV.FastMax(TV.Constant(bottom), TV.FastMin(TV.Constant(top), x)), out TV n);
        TV s = TV.PowerOfTwo(n - TV.Constant(1));
        TV half = TV.MultiplyAdd(p, s, s - TV.Constant(0.5));
        return half + half;
    }

    [MethodImpl(Inline)]
    public static TV Log<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV r = LogParts<TV, T>(x, out TV k);
        double high = typeof(T) == typeof(float) ? 0.693145751953125 : 6.93147180369123816490e-01;
        double low = typeof(T) == typeof(float) ? 1.42860682030941723212e-6 : 1.90821492927058770002e-10;
        TV y = LogSum<TV, T>(r, k * TV.Constant(low)) + k * TV.Constant(high);
        return LogLimits<TV, T>(x, y);
    }

    [MethodImpl(Inline)]
    public static TV Log2<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV r = LogParts<TV, T>(x, out TV k);
        TV y = LogSum<TV, T>(r, TV.Zero);
        // The excess of log₂e over 1.44140625 is added apart: the first product is then nearly exact.
        y = TV.MultiplyAdd(y, TV.Constant(1.44140625), TV.MultiplyAdd(y, TV.Constant(Log2E - 1.44140625), k));
        return LogLimits<TV, T>(x, y);
    }

    /// <summary>log(1 + x): the logarithm of the rounded sum, corrected by what the sum lost.</summary>
    [MethodImpl(Inline)]
    public static TV Log1P<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV one = TV.Constant(1), sum = one + x, log = Log<TV, T>(sum);
        TV corrected = log + (x - (sum - one)) / sum;
        TV usual = TV.LessThan(TV.Zero, sum) & TV.LessThan(sum, TV.Constant(double.PositiveInfinity));
        return TV.Select(usual, corrected, log);
    }

    /// <summary>log(1 + e^x) for x ≤ 0.</summary>
    [MethodImpl(Inline)]
    public static TV Log1PExpOfNegative<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV e = Exp<TV, T>(x), one = TV.Constant(1), sum = one + e;
        TV r = LogParts<TV, T>(sum, out TV k);
        TV log = LogSum<TV, T>(r, TV.Zero) + k * TV.Constant(0.6931471805599453);
        return log + (e - (sum - one)) / sum;
    }

    [MethodImpl(Inline)]
    public static TV Tanh<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV a = TV.Abs(x), sign = x & TV.Constant(-0.0);
        if (typeof(T) == typeof(double))
        {
            TV e = ExpM1<TV, T>(TV.FastMin(TV.Constant(44), a + a));
            return e / (e + TV.Constant(2)) | sign;
        }
        TV z = a * a, two = TV.Constant(2);
        TV p = TV.MultiplyAdd(TV.Constant(0.0022918328), z, TV.Constant(-0.008343141));
        p = TV.MultiplyAdd(p, z, TV.Constant(0.021768672));
        p = TV.MultiplyAdd(p, z, TV.Constant(-0.053959228));
        p = TV.MultiplyAdd(p, z, TV.Constant(0.13333303));
        p = TV.MultiplyAdd(p, z, TV.Constant(-0.33333334));
        TV small = TV.MultiplyAdd(p * z, a, a);
        TV large = TV.Constant(1) - two / (ExpNormal<TV, T>(TV.FastMin(TV.Constant(20), a + a)) + TV.Constant(1));
        return TV.Select(TV.LessThan(a, TV.Constant(0.625)), small, large) | sign;
    }

    /// <summary>1 / (1 + e^−x), relatively exact on both sides.</summary>
    [MethodImpl(Inline)]
    public static TV Sigmoid<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV one = TV.Constant(1), e = Exp<TV, T>(-TV.Abs(x));
        return TV.Select(TV.LessThan(x, TV.Zero), e, one) / (one + e);
    }

    [MethodImpl(Inline)]
    public static TV Erf<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV a = TV.Abs(x), z = a * a, p, complement;
        if (typeof(T) == typeof(float))
        {
            p = TV.MultiplyAdd(TV.Constant(7.875875e-05), z, TV.Constant(-0.00080168643));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.0051890872));
            p = TV.MultiplyAdd(p, z, TV.Constant(-0.026854211));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.11283594));
            p = TV.MultiplyAdd(p, z, TV.Constant(-0.37612626));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.12837917));
            // log(erfc t) on [1, 4]; beyond, erf is 1 to the last bit.
            TV t = TV.FastMin(TV.Constant(4), a);
            TV q = TV.MultiplyAdd(TV.Constant(1.6371514e-06), t, TV.Constant(-4.605804e-05));
            q = TV.MultiplyAdd(q, t, TV.Constant(0.00059680565));
            q = TV.MultiplyAdd(q, t, TV.Constant(-0.004759596));
            q = TV.MultiplyAdd(q, t, TV.Constant(0.026421135));
            q = TV.MultiplyAdd(q, t, TV.Constant(-0.110080086));
            q = TV.MultiplyAdd(q, t, TV.Constant(-0.63182604));
            q = TV.MultiplyAdd(q, t, TV.Constant(-1.1302334));
            q = TV.MultiplyAdd(q, t, TV.Constant(0.00032013806));
            complement = ExpNormal<TV, T>(q);
        }
        else
        {
            p = ErfSmall<TV, T>(z);
            complement = ErfcLarge<TV, T>(TV.FastMin(TV.Constant(6), a));
        }
        TV y = TV.Select(TV.LessThan(a, TV.Constant(1)), TV.MultiplyAdd(p, a, a), TV.Constant(1) - complement);
        return y | (x & TV.Constant(-0.0));
    }

    /// <summary>The standard normal distribution function Φ(x). Floats: log₂ Φ(−|x|) is a polynomial, so one exponential serves the whole range.</summary>
    [MethodImpl(Inline)]
    public static TV NormalCdf<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        if (typeof(T) != typeof(float)) return TV.Constant(0.5) * (TV.Constant(1) + Erf<TV, T>(x * TV.Constant(0.70710678118654752440)));
        TV size = TV.Abs(x), end = TV.Constant(5.7), a = TV.FastMin(end, size), one = TV.Constant(1);
        TV q = TV.MultiplyAdd(TV.Constant(-2.7720728e-06), a, TV.Constant(3.8619633e-05));
        q = TV.MultiplyAdd(q, a, TV.Constant(-0.00018253735));
        q = TV.MultiplyAdd(q, a, TV.Constant(-0.00014590309));
        q = TV.MultiplyAdd(q, a, TV.Constant(0.0070755207));
        q = TV.MultiplyAdd(q, a, TV.Constant(-0.052505065));
        q = TV.MultiplyAdd(q, a, TV.Constant(-0.45920488));
        q = TV.MultiplyAdd(q, a, TV.Constant(-1.1511058));
        q = TV.MultiplyAdd(q, a, TV.Constant(-1));
        TV n = TV.Round(q), r = q - n;
        TV p = TV.MultiplyAdd(TV.Constant(0.00015477616), r, TV.Constant(0.0013400431));
        p = TV.MultiplyAdd(p, r, TV.Constant(0.009617996));
        p = TV.MultiplyAdd(p, r, TV.Constant(0.05550327));
        p = TV.MultiplyAdd(p, r, TV.Constant(0.24022652));
        p = TV.MultiplyAdd(p, r, TV.Constant(0.6931472));
        p = TV.MultiplyAdd(p, r, one);
        TV below = p * TV.PowerOfTwo(n) & TV.LessThan(size, end);
        return TV.Select(TV.LessThan(x, TV.Zero), below, one - below);
    }

    [MethodImpl(Inline)]
    public static TV Sin<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        NeedsLibrary<TV, T>(x) ? TV.Map<SinScalar>(x) : SinCos<TV, T>(x, 0);

    [MethodImpl(Inline)]
    public static TV Cos<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        NeedsLibrary<TV, T>(x) ? TV.Map<CosScalar>(x) : SinCos<TV, T>(x, 1);

    /// <summary>x clamped to where e^x goes from zero to infinity; NaN stays.</summary>
    [MethodImpl(Inline)]
    private static TV ClampExp<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        double top = typeof(T) == typeof(float) ? 89 : 710, bottom = typeof(T) == typeof(float) ? -104.5 : -746;
        return TV.FastMax(TV.Constant(bottom), TV.FastMin(TV.Constant(top), x));
    }

    /// <summary>e^r − 1 and n, where x = n·ln 2 + r.</summary>
    [MethodImpl(Inline)]
    private static TV ExpCore<TV, T>(TV x, out TV n) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        double high = typeof(T) == typeof(float) ? 0.693145751953125 : 6.93147180369123816490e-01;
        double low = typeof(T) == typeof(float) ? 1.42860682030941723212e-6 : 1.90821492927058770002e-10;
        n = TV.Round(x * TV.Constant(Log2E));
        TV r = TV.MultiplyAdd(n, TV.Constant(-high), x);
        return ExpPolynomial<TV, T>(TV.MultiplyAdd(n, TV.Constant(-low), r));
    }

    [MethodImpl(Inline)]
    private static TV ExpPolynomial<TV, T>(TV r) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV q;
        if (typeof(T) == typeof(float))
        {
            q = TV.MultiplyAdd(TV.Constant(0.001392625), r, TV.Constant(0.008363233));
            q = TV.MultiplyAdd(q, r, TV.Constant(0.041666552));
            q = TV.MultiplyAdd(q, r, TV.Constant(0.16666576));
        }
        else
        {
            q = TV.MultiplyAdd(TV.Constant(2.5100472505694996e-08), r, TV.Constant(2.7620201591031547e-07));
            q = TV.MultiplyAdd(q, r, TV.Constant(2.7557268276905696e-06));
            q = TV.MultiplyAdd(q, r, TV.Constant(2.4801521057868204e-05));
            q = TV.MultiplyAdd(q, r, TV.Constant(0.00019841269863171557));
            q = TV.MultiplyAdd(q, r, TV.Constant(0.0013888888917367081));
            q = TV.MultiplyAdd(q, r, TV.Constant(0.008333333333330039));
            q = TV.MultiplyAdd(q, r, TV.Constant(0.041666666666623824));
            q = TV.MultiplyAdd(q, r, TV.Constant(0.16666666666666669));
        }
        q = TV.MultiplyAdd(q, r, TV.Constant(0.5));
        return TV.MultiplyAdd(q, r * r, r);
    }

    /// <summary>p·2^n in two steps, so that results below the normal range round once and large ones become infinity.</summary>
    [MethodImpl(Inline)]
    private static TV Scale<TV, T>(TV p, TV n) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV half = TV.Round(n * TV.Constant(0.5));
        return p * TV.PowerOfTwo(half) * TV.PowerOfTwo(n - half);
    }

    /// <summary>f and k where x = 2^k·(1 + f).</summary>
    [MethodImpl(Inline)]
    private static TV LogParts<TV, T>(TV x, out TV k) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        double least = typeof(T) == typeof(float) ? 1.17549435e-38 : 2.2250738585072014e-308;
        TV tiny = TV.LessThan(x, TV.Constant(least));
        TV m = TV.Decompose(TV.Select(tiny, x * TV.Constant(18014398509481984.0), x), out k);
        k -= tiny & TV.Constant(54);
        return m - TV.Constant(1);
    }

    /// <summary>log(1 + f) + small, by s = f / (2 + f): log(1 + f) = 2s + 2s³/3 + …</summary>
    [MethodImpl(Inline)]
    private static TV LogSum<TV, T>(TV f, TV small) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV s = f / (TV.Constant(2) + f), z = s * s, p;
        if (typeof(T) == typeof(float))
        {
            p = TV.MultiplyAdd(TV.Constant(0.23331614), z, TV.Constant(0.2855078));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.40000123));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.6666667));
        }
        else
        {
            p = TV.MultiplyAdd(TV.Constant(0.14617807153417325), z, TV.Constant(0.15331611722055008));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.1818289243253687));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.22222211089379496));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.28571428626253836));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.3999999999989889));
            p = TV.MultiplyAdd(p, z, TV.Constant(0.666666666666667));
        }
        TV half = TV.Constant(0.5) * f * f;
        return f - (half - TV.MultiplyAdd(s, TV.MultiplyAdd(p, z, half), small));
    }

    [MethodImpl(Inline)]
    private static TV LogLimits<TV, T>(TV x, TV y) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        y = TV.Select(TV.LessThan(x, TV.Constant(double.PositiveInfinity)), y, x);
        TV ofZero = TV.Select(TV.Equal(x, TV.Zero), TV.Constant(double.NegativeInfinity), TV.Constant(double.NaN));
        return TV.Select(TV.LessThanOrEqual(x, TV.Zero), ofZero, y);
    }

    [MethodImpl(Inline)]
    private static TV ErfSmall<TV, T>(TV z) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV p = TV.MultiplyAdd(TV.Constant(5.957176147748911e-11), z, TV.Constant(-1.1372848856791674e-09));
        p = TV.MultiplyAdd(p, z, TV.Constant(1.4659775274047436e-08));
        p = TV.MultiplyAdd(p, z, TV.Constant(-1.6350312701054695e-07));
        p = TV.MultiplyAdd(p, z, TV.Constant(1.6461000484121368e-06));
        p = TV.MultiplyAdd(p, z, TV.Constant(-1.4925595266831182e-05));
        p = TV.MultiplyAdd(p, z, TV.Constant(0.0001205533111164271));
        p = TV.MultiplyAdd(p, z, TV.Constant(-0.000854832698083379));
        p = TV.MultiplyAdd(p, z, TV.Constant(0.0052239776248180145));
        p = TV.MultiplyAdd(p, z, TV.Constant(-0.026866170645076792));
        p = TV.MultiplyAdd(p, z, TV.Constant(0.11283791670954879));
        p = TV.MultiplyAdd(p, z, TV.Constant(-0.3761263890318375));
        return TV.MultiplyAdd(p, z, TV.Constant(0.1283791670955126));
    }

    /// <summary>erfc(t) = e^−t²·g(u), u = (t − 3) / (t + 3), for 1 ≤ t ≤ 6.</summary>
    [MethodImpl(Inline)]
    private static TV ErfcLarge<TV, T>(TV t) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV u = (t - TV.Constant(3)) / (t + TV.Constant(3));
        TV g = TV.MultiplyAdd(TV.Constant(1.2801900862962662e-06), u, TV.Constant(2.023603179641757e-06));
        g = TV.MultiplyAdd(g, u, TV.Constant(-8.008021319412685e-06));
        g = TV.MultiplyAdd(g, u, TV.Constant(-1.284889451252353e-05));
        g = TV.MultiplyAdd(g, u, TV.Constant(6.406182073530546e-05));
        g = TV.MultiplyAdd(g, u, TV.Constant(4.525472635483354e-05));
        g = TV.MultiplyAdd(g, u, TV.Constant(-0.0005970623517093284));
        g = TV.MultiplyAdd(g, u, TV.Constant(0.0007077464443901538));
        g = TV.MultiplyAdd(g, u, TV.Constant(0.004269136347508256));
        g = TV.MultiplyAdd(g, u, TV.Constant(-0.024392499318273194));
        g = TV.MultiplyAdd(g, u, TV.Constant(0.07166583719774874));
        g = TV.MultiplyAdd(g, u, TV.Constant(-0.15011593650078744));
        g = TV.MultiplyAdd(g, u, TV.Constant(0.24560380171233195));
        g = TV.MultiplyAdd(g, u, TV.Constant(-0.32623356004303716));
        g = TV.MultiplyAdd(g, u, TV.Constant(0.17900115118138996));
        return ExpNormal<TV, T>(-(t * t)) * g;
    }

    /// <summary>Doubles, and floats too large for a three-part π/2 (NaN and infinity among them), go to the mathematics library.</summary>
    [MethodImpl(Inline)]
    private static bool NeedsLibrary<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        typeof(T) != typeof(float) || TV.Any(TV.Not(TV.LessThanOrEqual(TV.Abs(x), TV.Constant(100_000))));

    [MethodImpl(Inline)]
    private static TV SinCos<TV, T>(TV x, int quadrant) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV n = TV.Round(x * TV.Constant(0.6366197723675814));
        TV r = TV.MultiplyAdd(n, TV.Constant(-1.57079637050628662109375), x);
        r = TV.MultiplyAdd(n, TV.Constant(4.37113900018624283e-8), r);
        r = TV.MultiplyAdd(n, TV.Constant(1.71512458e-15), r);
        TV z = r * r, one = TV.Constant(1);
        TV s = TV.MultiplyAdd(TV.Constant(2.7249314e-06), z, TV.Constant(-0.00019840083));
        s = TV.MultiplyAdd(s, z, TV.Constant(0.008333332));
        s = TV.MultiplyAdd(s, z, TV.Constant(-0.16666667));
        s = TV.MultiplyAdd(s * z, r, r);
        TV c = TV.MultiplyAdd(TV.Constant(-2.7300447e-07), z, TV.Constant(2.4800596e-05));
        c = TV.MultiplyAdd(c, z, TV.Constant(-0.0013888888));
        c = TV.MultiplyAdd(c, z, TV.Constant(0.041666668));
        c = TV.MultiplyAdd(c * z, z, TV.MultiplyAdd(TV.Constant(-0.5), z, one));
        TV turn = n + TV.Constant(quadrant);
        turn -= TV.Constant(4) * TV.Floor(turn * TV.Constant(0.25));
        TV odd = TV.Equal(turn, one) | TV.Equal(turn, TV.Constant(3));
        TV sign = TV.LessThanOrEqual(TV.Constant(2), turn) & TV.Constant(-0.0);
        return TV.Select(odd, c, s) ^ sign;
    }
}

internal readonly struct SinScalar : IScalarFunction { public static double Invoke(double x) => Math.Sin(x); }
internal readonly struct CosScalar : IScalarFunction { public static double Invoke(double x) => Math.Cos(x); }
internal readonly struct TanScalar : IScalarFunction { public static double Invoke(double x) => Math.Tan(x); }
internal readonly struct AsinScalar : IScalarFunction { public static double Invoke(double x) => Math.Asin(x); }
internal readonly struct AcosScalar : IScalarFunction { public static double Invoke(double x) => Math.Acos(x); }
internal readonly struct AtanScalar : IScalarFunction { public static double Invoke(double x) => Math.Atan(x); }
internal readonly struct SinhScalar : IScalarFunction { public static double Invoke(double x) => Math.Sinh(x); }
internal readonly struct CoshScalar : IScalarFunction { public static double Invoke(double x) => Math.Cosh(x); }
internal readonly struct Log10Scalar : IScalarFunction { public static double Invoke(double x) => Math.Log10(x); }
internal readonly struct PowScalar : IScalarFunction2 { public static double Invoke(double x, double y) => Math.Pow(x, y); }
internal readonly struct Atan2Scalar : IScalarFunction2 { public static double Invoke(double x, double y) => Math.Atan2(x, y); }
internal readonly struct FmodScalar : IScalarFunction2 { public static double Invoke(double x, double y) => x % y; }
