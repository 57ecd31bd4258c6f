using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baeum.Kernels;

/// <summary>
/// One element, for the ends of rows and for BAEUM_SIMD=scalar. It lives in the lowest lane of a 128-bit register, because then every
/// operation is the very instruction of the wide forms: an element gets the same bits wherever in an array it stands.
/// </summary>
internal unsafe struct ScalarSimd<T>(Vector128<T> value) : ISimd<ScalarSimd<T>, T> where T : unmanaged, INumber<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private Vector128<T> v = value;

    public static int Count { [MethodImpl(Inline)] get => 1; }
    public static ScalarSimd<T> Zero { [MethodImpl(Inline)] get => new(Vector128<T>.Zero); }

    [MethodImpl(Inline)] public static ScalarSimd<T> Load(ref readonly T source) => new(Vector128.CreateScalar(source));
    [MethodImpl(Inline)] public static ScalarSimd<T> Load(T* source) => new(Vector128.CreateScalar(*source));
    [MethodImpl(Inline)] public void Store(ref T destination) => destination = v.ToScalar();
    [MethodImpl(Inline)] public void Store(T* destination) => *destination = v.ToScalar();
    [MethodImpl(Inline)] public static ScalarSimd<T> Broadcast(T value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static ScalarSimd<T> Constant(double value) =>
        typeof(T) == typeof(float) ? new(Vector128.Create((float)value).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Create(value).As<double, T>())
        : new(Vector128.Create(T.CreateTruncating(value)));

    [MethodImpl(Inline)] public static ScalarSimd<T> LoadMask(ref readonly bool source) => source ? new(Vector128<T>.AllBitsSet) : Zero;

    [MethodImpl(Inline)] public static ScalarSimd<T> operator +(ScalarSimd<T> a, ScalarSimd<T> b) => new(a.v + b.v);
    [MethodImpl(Inline)] public static ScalarSimd<T> operator -(ScalarSimd<T> a, ScalarSimd<T> b) => new(a.v - b.v);
    [MethodImpl(Inline)] public static ScalarSimd<T> operator *(ScalarSimd<T> a, ScalarSimd<T> b) => new(a.v * b.v);
    [MethodImpl(Inline)] public static ScalarSimd<T> operator /(ScalarSimd<T> a, ScalarSimd<T> b) => new(Vector128.CreateScalar(a.v.ToScalar() / b.v.ToScalar()));
    [MethodImpl(Inline)] public static ScalarSimd<T> operator -(ScalarSimd<T> a) => new(-a.v);
    [MethodImpl(Inline)] public static ScalarSimd<T> operator &(ScalarSimd<T> a, ScalarSimd<T> b) => new(a.v & b.v);
    [MethodImpl(Inline)] public static ScalarSimd<T> operator |(ScalarSimd<T> a, ScalarSimd<T> b) => new(a.v | b.v);
    [MethodImpl(Inline)] public static ScalarSimd<T> operator ^(ScalarSimd<T> a, ScalarSimd<T> b) => new(a.v ^ b.v);

    [MethodImpl(Inline)]
    public static ScalarSimd<T> MultiplyAdd(ScalarSimd<T> a, ScalarSimd<T> b, ScalarSimd<T> c) =>
        typeof(T) == typeof(float) ? new(Vector128.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), c.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), c.v.AsDouble()).As<double, T>())
        : new(a.v * b.v + c.v);

    [MethodImpl(Inline)]
    public static void AddProduct(ref ScalarSimd<T> sum, ScalarSimd<T> a, ScalarSimd<T> b)
    {
        if (typeof(T) == typeof(float)) sum.v = Vector128.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), sum.v.AsSingle()).As<float, T>();
        else if (typeof(T) == typeof(double)) sum.v = Vector128.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), sum.v.AsDouble()).As<double, T>();
        else sum.v += a.v * b.v;
    }

    [MethodImpl(Inline)] public static ScalarSimd<T> Min(ScalarSimd<T> a, ScalarSimd<T> b) => new(Vector128.Min(a.v, b.v));
    [MethodImpl(Inline)] public static ScalarSimd<T> Max(ScalarSimd<T> a, ScalarSimd<T> b) => new(Vector128.Max(a.v, b.v));
    [MethodImpl(Inline)] public static ScalarSimd<T> FastMin(ScalarSimd<T> a, ScalarSimd<T> b) => new(Vector128.MinNative(a.v, b.v));
    [MethodImpl(Inline)] public static ScalarSimd<T> FastMax(ScalarSimd<T> a, ScalarSimd<T> b) => new(Vector128.MaxNative(a.v, b.v));
    [MethodImpl(Inline)] public static ScalarSimd<T> Sqrt(ScalarSimd<T> a) => new(Vector128.Sqrt(a.v));
    [MethodImpl(Inline)] public static ScalarSimd<T> Abs(ScalarSimd<T> a) => new(Vector128.Abs(a.v));

    [MethodImpl(Inline)]
    public static ScalarSimd<T> Round(ScalarSimd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector128.Round(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Round(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static ScalarSimd<T> Floor(ScalarSimd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector128.Floor(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Floor(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static ScalarSimd<T> Ceiling(ScalarSimd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector128.Ceiling(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Ceiling(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static ScalarSimd<T> Truncate(ScalarSimd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector128.Truncate(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Truncate(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)] public static ScalarSimd<T> Equal(ScalarSimd<T> a, ScalarSimd<T> b) => new(Vector128.Equals(a.v, b.v));
    [MethodImpl(Inline)] public static ScalarSimd<T> LessThan(ScalarSimd<T> a, ScalarSimd<T> b) => new(Vector128.LessThan(a.v, b.v));
    [MethodImpl(Inline)] public static ScalarSimd<T> LessThanOrEqual(ScalarSimd<T> a, ScalarSimd<T> b) => new(Vector128.LessThanOrEqual(a.v, b.v));
    [MethodImpl(Inline)] public static ScalarSimd<T> Not(ScalarSimd<T> mask) => new(~mask.v);
    [MethodImpl(Inline)] public static ScalarSimd<T> Select(ScalarSimd<T> mask, ScalarSimd<T> whenSet, ScalarSimd<T> whenClear) => new(Vector128.ConditionalSelect(mask.v, whenSet.v, whenClear.v));
    [MethodImpl(Inline)] public static bool Any(ScalarSimd<T> mask) => Bits(mask) != 0;
    [MethodImpl(Inline)] public static ulong Bits(ScalarSimd<T> mask) => Vector128.ExtractMostSignificantBits(mask.v) & 1;

    // Adding 1.5·2^23 (or 1.5·2^52) leaves n in the lowest bits of the mantissa; a shift carries it into the exponent's place.
    [MethodImpl(Inline)]
    public static ScalarSimd<T> PowerOfTwo(ScalarSimd<T> n) =>
        typeof(T) == typeof(float)
            ? new((Vector128.ShiftLeft((n.v.AsSingle() + Vector128.Create(12582912f + 127f)).AsInt32(), 23)).As<int, T>())
            : new((Vector128.ShiftLeft((n.v.AsDouble() + Vector128.Create(6755399441055744.0 + 1023.0)).AsInt64(), 52)).As<long, T>());

    [MethodImpl(Inline)]
    public static ScalarSimd<T> Decompose(ScalarSimd<T> x, out ScalarSimd<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            Vector128<int> shifted = x.v.AsInt32() + Vector128.Create(0x3F800000 - 0x3F3504F3);
            exponent = new((Vector128.ConvertToSingle(Vector128.ShiftRightLogical(shifted, 23)) - Vector128.Create(127f)).As<float, T>());
            return new(((shifted & Vector128.Create(0x007FFFFF)) + Vector128.Create(0x3F3504F3)).As<int, T>());
        }
        Vector128<long> wide = x.v.AsInt64() + Vector128.Create(0x3FF0000000000000 - 0x3FE6A09E667F3BCD);
        // A small whole number or-ed into 2^52's mantissa is that number plus 2^52: no 64-bit conversion needed.
        Vector128<long> whole = Vector128.ShiftRightLogical(wide, 52) | Vector128.Create(0x4330000000000000);
        exponent = new((whole.AsDouble() - Vector128.Create(4503599627370496.0 + 1023.0)).As<double, T>());
        return new(((wide & Vector128.Create(0x000FFFFFFFFFFFFF)) + Vector128.Create(0x3FE6A09E667F3BCD)).As<long, T>());
    }

    [MethodImpl(Inline)] public static T Sum(ScalarSimd<T> a) => a.v.ToScalar();

    [MethodImpl(Inline)] public static T MaxLane(ScalarSimd<T> a) => a.v.ToScalar();

    [MethodImpl(Inline)] public static T MinLane(ScalarSimd<T> a) => a.v.ToScalar();

    public static ScalarSimd<T> Map<TFunction>(ScalarSimd<T> a) where TFunction : struct, IScalarFunction =>
        new(Vector128.CreateScalar(T.CreateTruncating(TFunction.Invoke(double.CreateTruncating(a.v.ToScalar())))));

    public static ScalarSimd<T> Map2<TFunction>(ScalarSimd<T> a, ScalarSimd<T> b) where TFunction : struct, IScalarFunction2 =>
        new(Vector128.CreateScalar(T.CreateTruncating(TFunction.Invoke(double.CreateTruncating(a.v.ToScalar()), double.CreateTruncating(b.v.ToScalar())))));
}
