using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baeum.Kernels;

/// <summary>256 bits: 8 floats, 4 doubles or 4 longs. The tests on <c>typeof(T)</c> are settled by the JIT.</summary>
internal unsafe struct Vector256Simd<T>(Vector256<T> value) : ISimd<Vector256Simd<T>, T> where T : unmanaged, INumber<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private Vector256<T> v = value;

    public static int Count { [MethodImpl(Inline)] get => Vector256<T>.Count; }
    public static Vector256Simd<T> Zero { [MethodImpl(Inline)] get => new(Vector256<T>.Zero); }

    [MethodImpl(Inline)] public static Vector256Simd<T> Load(ref readonly T source) => new(Vector256.LoadUnsafe(in source));
    [MethodImpl(Inline)] public static Vector256Simd<T> Load(T* source) => new(Vector256.Load(source));
    [MethodImpl(Inline)] public void Store(ref T destination) => v.StoreUnsafe(ref destination);
    [MethodImpl(Inline)] public void Store(T* destination) => v.Store(destination);
    [MethodImpl(Inline)] public static Vector256Simd<T> Broadcast(T value) => new(Vector256.Create(value));

    [MethodImpl(Inline)]
    public static Vector256Simd<T> Constant(double value) =>
        typeof(T) == typeof(float) ? new(Vector256.Create((float)value).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector256.Create(value).As<double, T>())
        : new(Vector256.Create(T.CreateTruncating(value)));

    [MethodImpl(Inline)]
    public static Vector256Simd<T> LoadMask(ref readonly bool source)
    {
        Unsafe.SkipInit(out Vector256<T> lanes);
        ref T lane = ref Unsafe.As<Vector256<T>, T>(ref lanes);
        for (int i = 0; i < Vector256<T>.Count; i++) Unsafe.Add(ref lane, i) = Unsafe.Add(ref Unsafe.AsRef(in source), i) ? T.One : T.Zero;
        return new(~Vector256.Equals(lanes, Vector256<T>.Zero));
    }

    [MethodImpl(Inline)] public static Vector256Simd<T> operator +(Vector256Simd<T> a, Vector256Simd<T> b) => new(a.v + b.v);
    [MethodImpl(Inline)] public static Vector256Simd<T> operator -(Vector256Simd<T> a, Vector256Simd<T> b) => new(a.v - b.v);
    [MethodImpl(Inline)] public static Vector256Simd<T> operator *(Vector256Simd<T> a, Vector256Simd<T> b) => new(a.v * b.v);
    [MethodImpl(Inline)] public static Vector256Simd<T> operator /(Vector256Simd<T> a, Vector256Simd<T> b) => new(a.v / b.v);
    [MethodImpl(Inline)] public static Vector256Simd<T> operator -(Vector256Simd<T> a) => new(-a.v);
    [MethodImpl(Inline)] public static Vector256Simd<T> operator &(Vector256Simd<T> a, Vector256Simd<T> b) => new(a.v & b.v);
    [MethodImpl(Inline)] public static Vector256Simd<T> operator |(Vector256Simd<T> a, Vector256Simd<T> b) => new(a.v | b.v);
    [MethodImpl(Inline)] public static Vector256Simd<T> operator ^(Vector256Simd<T> a, Vector256Simd<T> b) => new(a.v ^ b.v);

    [MethodImpl(Inline)]
    public static Vector256Simd<T> MultiplyAdd(Vector256Simd<T> a, Vector256Simd<T> b, Vector256Simd<T> c) =>
        typeof(T) == typeof(float) ? new(Vector256.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), c.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector256.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), c.v.AsDouble()).As<double, T>())
        : new(a.v * b.v + c.v);

    [MethodImpl(Inline)]
    public static void AddProduct(ref Vector256Simd<T> sum, Vector256Simd<T> a, Vector256Simd<T> b)
    {
        if (typeof(T) == typeof(float)) sum.v = Vector256.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), sum.v.AsSingle()).As<float, T>();
        else if (typeof(T) == typeof(double)) sum.v = Vector256.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), sum.v.AsDouble()).As<double, T>();
        else sum.v += a.v * b.v;
    }

    [MethodImpl(Inline)] public static Vector256Simd<T> Min(Vector256Simd<T> a, Vector256Simd<T> b) => new(Vector256.Min(a.v, b.v));
    [MethodImpl(Inline)] public static Vector256Simd<T> Max(Vector256Simd<T> a, Vector256Simd<T> b) => new(Vector256.Max(a.v, b.v));
    [MethodImpl(Inline)] public static Vector256Simd<T> FastMin(Vector256Simd<T> a, Vector256Simd<T> b) => new(Vector256.MinNative(a.v, b.v));
    [MethodImpl(Inline)] public static Vector256Simd<T> FastMax(Vector256Simd<T> a, Vector256Simd<T> b) => new(Vector256.MaxNative(a.v, b.v));
    [MethodImpl(Inline)] public static Vector256Simd<T> Sqrt(Vector256Simd<T> a) => new(Vector256.Sqrt(a.v));
    [MethodImpl(Inline)] public static Vector256Simd<T> Abs(Vector256Simd<T> a) => new(Vector256.Abs(a.v));

    [MethodImpl(Inline)]
    public static Vector256Simd<T> Round(Vector256Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector256.Round(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector256.Round(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static Vector256Simd<T> Floor(Vector256Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector256.Floor(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector256.Floor(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static Vector256Simd<T> Ceiling(Vector256Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector256.Ceiling(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector256.Ceiling(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static Vector256Simd<T> Truncate(Vector256Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector256.Truncate(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector256.Truncate(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)] public static Vector256Simd<T> Equal(Vector256Simd<T> a, Vector256Simd<T> b) => new(Vector256.Equals(a.v, b.v));
    [MethodImpl(Inline)] public static Vector256Simd<T> LessThan(Vector256Simd<T> a, Vector256Simd<T> b) => new(Vector256.LessThan(a.v, b.v));
    [MethodImpl(Inline)] public static Vector256Simd<T> LessThanOrEqual(Vector256Simd<T> a, Vector256Simd<T> b) => new(Vector256.LessThanOrEqual(a.v, b.v));
    [MethodImpl(Inline)] public static Vector256Simd<T> Not(Vector256Simd<T> mask) => new(~mask.v);
    [MethodImpl(Inline)] public static Vector256Simd<T> Select(Vector256Simd<T> mask, Vector256Simd<T> whenSet, Vector256Simd<T> whenClear) => new(Vector256.ConditionalSelect(mask.v, whenSet.v, whenClear.v));
    [MethodImpl(Inline)] public static bool Any(Vector256Simd<T> mask) => Bits(mask) != 0;
    [MethodImpl(Inline)] public static ulong Bits(Vector256Simd<T> mask) => Vector256.ExtractMostSignificantBits(mask.v);

    // Adding 1.5·2^23 (or 1.5·2^52) leaves n in the lowest bits of the mantissa; a shift carries it into the exponent's place.
    [MethodImpl(Inline)]
    public static Vector256Simd<T> PowerOfTwo(Vector256Simd<T> n) =>
        typeof(T) == typeof(float)
            ? new((Vector256.ShiftLeft((n.v.AsSingle() + Vector256.Create(12582912f + 127f)).AsInt32(), 23)).As<int, T>())
            : new((Vector256.ShiftLeft((n.v.AsDouble() + Vector256.Create(6755399441055744.0 + 1023.0)).AsInt64(), 52)).As<long, T>());

    [MethodImpl(Inline)]
    public static Vector256Simd<T> Decompose(Vector256Simd<T> x, out Vector256Simd<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256<int> shifted = x.v.AsInt32() + Vector256.Create(0x3F800000 - 0x3F3504F3);
            exponent = new((Vector256.ConvertToSingle(Vector256.ShiftRightLogical(shifted, 23)) - Vector256.Create(127f)).As<float, T>());
            return new(((shifted & Vector256.Create(0x007FFFFF)) + Vector256.Create(0x3F3504F3)).As<int, T>());
        }
        Vector256<long> wide = x.v.AsInt64() + Vector256.Create(0x3FF0000000000000 - 0x3FE6A09E667F3BCD);
        // A small whole number or-ed into 2^52's mantissa is that number plus 2^52: no 64-bit conversion needed.
        Vector256<long> whole = Vector256.ShiftRightLogical(wide, 52) | Vector256.Create(0x4330000000000000);
        exponent = new((whole.AsDouble() - Vector256.Create(4503599627370496.0 + 1023.0)).As<double, T>());
        return new(((wide & Vector256.Create(0x000FFFFFFFFFFFFF)) + Vector256.Create(0x3FE6A09E667F3BCD)).As<long, T>());
    }

    [MethodImpl(Inline)] public static T Sum(Vector256Simd<T> a) => Vector256.Sum(a.v);

    [MethodImpl(Inline)]
    public static T MaxLane(Vector256Simd<T> a)
    {
        T best = a.v.GetElement(0);
        for (int i = 1; i < Vector256<T>.Count; i++) best = T.Max(best, a.v.GetElement(i));
        return best;
    }

    [MethodImpl(Inline)]
    public static T MinLane(Vector256Simd<T> a)
    {
        T best = a.v.GetElement(0);
        for (int i = 1; i < Vector256<T>.Count; i++) best = T.Min(best, a.v.GetElement(i));
        return best;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector256Simd<T> Map<TFunction>(Vector256Simd<T> a) where TFunction : struct, IScalarFunction
    {
        Vector256<T> result = a.v;
        ref T lane = ref Unsafe.As<Vector256<T>, T>(ref result);
        for (int i = 0; i < Vector256<T>.Count; i++) Unsafe.Add(ref lane, i) = T.CreateTruncating(TFunction.Invoke(double.CreateTruncating(Unsafe.Add(ref lane, i))));
        return new(result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector256Simd<T> Map2<TFunction>(Vector256Simd<T> a, Vector256Simd<T> b) where TFunction : struct, IScalarFunction2
    {
        Vector256<T> result = a.v, other = b.v;
        ref T x = ref Unsafe.As<Vector256<T>, T>(ref result);
        ref T y = ref Unsafe.As<Vector256<T>, T>(ref other);
        for (int i = 0; i < Vector256<T>.Count; i++)
            Unsafe.Add(ref x, i) = T.CreateTruncating(TFunction.Invoke(double.CreateTruncating(Unsafe.Add(ref x, i)), double.CreateTruncating(Unsafe.Add(ref y, i))));
        return new(result);
    }
}
