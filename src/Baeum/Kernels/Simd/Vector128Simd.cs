using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baeum.Kernels;

/// <summary>128 bits: 4 floats, 2 doubles or 2 longs. The tests on <c>typeof(T)</c> are settled by the JIT.</summary>
internal unsafe struct Vector128Simd<T>(Vector128<T> value) : ISimd<Vector128Simd<T>, T> where T : unmanaged, INumber<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private Vector128<T> v = value;

    public static int Count { [MethodImpl(Inline)] get => Vector128<T>.Count; }
    public static Vector128Simd<T> Zero { [MethodImpl(Inline)] get => new(Vector128<T>.Zero); }

    [MethodImpl(Inline)] public static Vector128Simd<T> Load(ref readonly T source) => new(Vector128.LoadUnsafe(in source));
    [MethodImpl(Inline)] public static Vector128Simd<T> Load(T* source) => new(Vector128.Load(source));
    [MethodImpl(Inline)] public void Store(ref T destination) => v.StoreUnsafe(ref destination);
    [MethodImpl(Inline)] public void Store(T* destination) => v.Store(destination);
    [MethodImpl(Inline)] public static Vector128Simd<T> Broadcast(T value) => new(Vector128.Create(value));

    [MethodImpl(Inline)]
    public static Vector128Simd<T> Constant(double value) =>
        typeof(T) == typeof(float) ? new(Vector128.Create((float)value).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Create(value).As<double, T>())
        : new(Vector128.Create(T.CreateTruncating(value)));

    [MethodImpl(Inline)]
    public static Vector128Simd<T> LoadMask(ref readonly bool source)
    {
        Unsafe.SkipInit(out Vector128<T> lanes);
        ref T lane = ref Unsafe.As<Vector128<T>, T>(ref lanes);
        for (int i = 0; i < Vector128<T>.Count; i++) Unsafe.Add(ref lane, i) = Unsafe.Add(ref Unsafe.AsRef(in source), i) ? T.One : T.Zero;
        return new(~Vector128.Equals(lanes, Vector128<T>.Zero));
    }

    [MethodImpl(Inline)] public static Vector128Simd<T> operator +(Vector128Simd<T> a, Vector128Simd<T> b) => new(a.v + b.v);
    [MethodImpl(Inline)] public static Vector128Simd<T> operator -(Vector128Simd<T> a, Vector128Simd<T> b) => new(a.v - b.v);
    [MethodImpl(Inline)] public static Vector128Simd<T> operator *(Vector128Simd<T> a, Vector128Simd<T> b) => new(a.v * b.v);
    [MethodImpl(Inline)] public static Vector128Simd<T> operator /(Vector128Simd<T> a, Vector128Simd<T> b) => new(a.v / b.v);
    [MethodImpl(Inline)] public static Vector128Simd<T> operator -(Vector128Simd<T> a) => new(-a.v);
    [MethodImpl(Inline)] public static Vector128Simd<T> operator &(Vector128Simd<T> a, Vector128Simd<T> b) => new(a.v & b.v);
    [MethodImpl(Inline)] public static Vector128Simd<T> operator |(Vector128Simd<T> a, Vector128Simd<T> b) => new(a.v | b.v);
    [MethodImpl(Inline)] public static Vector128Simd<T> operator ^(Vector128Simd<T> a, Vector128Simd<T> b) => new(a.v ^ b.v);

    [MethodImpl(Inline)]
    public static Vector128Simd<T> MultiplyAdd(Vector128Simd<T> a, Vector128Simd<T> b, Vector128Simd<T> c) =>
        typeof(T) == typeof(float) ? new(Vector128.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), c.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), c.v.AsDouble()).As<double, T>())
        : new(a.v * b.v + c.v);

    [MethodImpl(Inline)]
    public static void AddProduct(ref Vector128Simd<T> sum, Vector128Simd<T> a, Vector128Simd<T> b)
    {
        if (typeof(T) == typeof(float)) sum.v = Vector128.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), sum.v.AsSingle()).As<float, T>();
        else if (typeof(T) == typeof(double)) sum.v = Vector128.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), sum.v.AsDouble()).As<double, T>();
        else sum.v += a.v * b.v;
    }

    [MethodImpl(Inline)] public static Vector128Simd<T> Min(Vector128Simd<T> a, Vector128Simd<T> b) => new(Vector128.Min(a.v, b.v));
    [MethodImpl(Inline)] public static Vector128Simd<T> Max(Vector128Simd<T> a, Vector128Simd<T> b) => new(Vector128.Max(a.v, b.v));
    [MethodImpl(Inline)] public static Vector128Simd<T> FastMin(Vector128Simd<T> a, Vector128Simd<T> b) => new(Vector128.MinNative(a.v, b.v));
    [MethodImpl(Inline)] public static Vector128Simd<T> FastMax(Vector128Simd<T> a, Vector128Simd<T> b) => new(Vector128.MaxNative(a.v, b.v));
    [MethodImpl(Inline)] public static Vector128Simd<T> Sqrt(Vector128Simd<T> a) => new(Vector128.Sqrt(a.v));
    [MethodImpl(Inline)] public static Vector128Simd<T> Abs(Vector128Simd<T> a) => new(Vector128.Abs(a.v));

    [MethodImpl(Inline)]
    public static Vector128Simd<T> Round(Vector128Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector128.Round(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Round(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static Vector128Simd<T> Floor(Vector128Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector128.Floor(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Floor(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static Vector128Simd<T> Ceiling(Vector128Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector128.Ceiling(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Ceiling(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static Vector128Simd<T> Truncate(Vector128Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector128.Truncate(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector128.Truncate(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)] public static Vector128Simd<T> Equal(Vector128Simd<T> a, Vector128Simd<T> b) => new(Vector128.Equals(a.v, b.v));
    [MethodImpl(Inline)] public static Vector128Simd<T> LessThan(Vector128Simd<T> a, Vector128Simd<T> b) => new(Vector128.LessThan(a.v, b.v));
    [MethodImpl(Inline)] public static Vector128Simd<T> LessThanOrEqual(Vector128Simd<T> a, Vector128Simd<T> b) => new(Vector128.LessThanOrEqual(a.v, b.v));
    [MethodImpl(Inline)] public static Vector128Simd<T> Not(Vector128Simd<T> mask) => new(~mask.v);
    [MethodImpl(Inline)] public static Vector128Simd<T> Select(Vector128Simd<T> mask, Vector128Simd<T> whenSet, Vector128Simd<T> whenClear) => new(Vector128.ConditionalSelect(mask.v, whenSet.v, whenClear.v));
    [MethodImpl(Inline)] public static bool Any(Vector128Simd<T> mask) => Bits(mask) != 0;
    [MethodImpl(Inline)] public static ulong Bits(Vector128Simd<T> mask) => Vector128.ExtractMostSignificantBits(mask.v);

    // Adding 1.5·2^23 (or 1.5·2^52) leaves n in the lowest bits of the mantissa; a shift carries it into the exponent's place.
    [MethodImpl(Inline)]
    public static Vector128Simd<T> PowerOfTwo(Vector128Simd<T> n) =>
        typeof(T) == typeof(float)
            ? new((Vector128.ShiftLeft((n.v.AsSingle() + Vector128.Create(12582912f + 127f)).AsInt32(), 23)).As<int, T>())
            : new((Vector128.ShiftLeft((n.v.AsDouble() + Vector128.Create(6755399441055744.0 + 1023.0)).AsInt64(), 52)).As<long, T>());

    [MethodImpl(Inline)]
    public static Vector128Simd<T> Decompose(Vector128Simd<T> x, out Vector128Simd<T> exponent)
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

    [MethodImpl(Inline)] public static T Sum(Vector128Simd<T> a) => Vector128.Sum(a.v);

    [MethodImpl(Inline)]
    public static T MaxLane(Vector128Simd<T> a)
    {
        T best = a.v.GetElement(0);
        for (int i = 1; i < Vector128<T>.Count; i++) best = T.Max(best, a.v.GetElement(i));
        return best;
    }

    [MethodImpl(Inline)]
    public static T MinLane(Vector128Simd<T> a)
    {
        T best = a.v.GetElement(0);
        for (int i = 1; i < Vector128<T>.Count; i++) best = T.Min(best, a.v.GetElement(i));
        return best;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector128Simd<T> Map<TFunction>(Vector128Simd<T> a) where TFunction : struct, IScalarFunction
    {
        Vector128<T> result = a.v;
        ref T lane = ref Unsafe.As<Vector128<T>, T>(ref result);
        for (int i = 0; i < Vector128<T>.Count; i++) Unsafe.Add(ref lane, i) = T.CreateTruncating(TFunction.Invoke(double.CreateTruncating(Unsafe.Add(ref lane, i))));
        return new(result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector128Simd<T> Map2<TFunction>(Vector128Simd<T> a, Vector128Simd<T> b) where TFunction : struct, IScalarFunction2
    {
        Vector128<T> result = a.v, other = b.v;
        ref T x = ref Unsafe.As<Vector128<T>, T>(ref result);
        ref T y = ref Unsafe.As<Vector128<T>, T>(ref other);
        for (int i = 0; i < Vector128<T>.Count; i++)
            Unsafe.Add(ref x, i) = T.CreateTruncating(TFunction.Invoke(double.CreateTruncating(Unsafe.Add(ref x, i)), double.CreateTruncating(Unsafe.Add(ref y, i))));
        return new(result);
    }
}
