using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Baeum.Kernels;

/// <summary>512 bits: 16 floats, 8 doubles or 8 longs. The tests on <c>typeof(T)</c> are settled by the JIT.</summary>
internal unsafe struct Vector512Simd<T>(Vector512<T> value) : ISimd<Vector512Simd<T>, T> where T : unmanaged, INumber<T>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
    private Vector512<T> v = value;

    public static int Count { [MethodImpl(Inline)] get => Vector512<T>.Count; }
    public static Vector512Simd<T> Zero { [MethodImpl(Inline)] get => new(Vector512<T>.Zero); }

    [MethodImpl(Inline)] public static Vector512Simd<T> Load(ref readonly T source) => new(Vector512.LoadUnsafe(in source));
    [MethodImpl(Inline)] public static Vector512Simd<T> Load(T* source) => new(Vector512.Load(source));
    [MethodImpl(Inline)] public void Store(ref T destination) => v.StoreUnsafe(ref destination);
    [MethodImpl(Inline)] public void Store(T* destination) => v.Store(destination);
    [MethodImpl(Inline)] public static Vector512Simd<T> Broadcast(T value) => new(Vector512.Create(value));

    [MethodImpl(Inline)]
    public static Vector512Simd<T> Constant(double value) =>
        typeof(T) == typeof(float) ? new(Vector512.Create((float)value).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector512.Create(value).As<double, T>())
        : new(Vector512.Create(T.CreateTruncating(value)));

    [MethodImpl(Inline)]
    public static Vector512Simd<T> LoadMask(ref readonly bool source)
    {
        Unsafe.SkipInit(out Vector512<T> lanes);
        ref T lane = ref Unsafe.As<Vector512<T>, T>(ref lanes);
        for (int i = 0; i < Vector512<T>.Count; i++) Unsafe.Add(ref lane, i) = Unsafe.Add(ref Unsafe.AsRef(in source), i) ? T.One : T.Zero;
        return new(~Vector512.Equals(lanes, Vector512<T>.Zero));
    }

    [MethodImpl(Inline)] public static Vector512Simd<T> operator +(Vector512Simd<T> a, Vector512Simd<T> b) => new(a.v + b.v);
    [MethodImpl(Inline)] public static Vector512Simd<T> operator -(Vector512Simd<T> a, Vector512Simd<T> b) => new(a.v - b.v);
    [MethodImpl(Inline)] public static Vector512Simd<T> operator *(Vector512Simd<T> a, Vector512Simd<T> b) => new(a.v * b.v);
    [MethodImpl(Inline)] public static Vector512Simd<T> operator /(Vector512Simd<T> a, Vector512Simd<T> b) => new(a.v / b.v);
    [MethodImpl(Inline)] public static Vector512Simd<T> operator -(Vector512Simd<T> a) => new(-a.v);
    [MethodImpl(Inline)] public static Vector512Simd<T> operator &(Vector512Simd<T> a, Vector512Simd<T> b) => new(a.v & b.v);
    [MethodImpl(Inline)] public static Vector512Simd<T> operator |(Vector512Simd<T> a, Vector512Simd<T> b) => new(a.v | b.v);
    [MethodImpl(Inline)] public static Vector512Simd<T> operator ^(Vector512Simd<T> a, Vector512Simd<T> b) => new(a.v ^ b.v);

    [MethodImpl(Inline)]
    public static Vector512Simd<T> MultiplyAdd(Vector512Simd<T> a, Vector512Simd<T> b, Vector512Simd<T> c) =>
        typeof(T) == typeof(float) ? new(Vector512.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), c.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector512.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), c.v.AsDouble()).As<double, T>())
        : new(a.v * b.v + c.v);

    [MethodImpl(Inline)]
    public static void AddProduct(ref Vector512Simd<T> sum, Vector512Simd<T> a, Vector512Simd<T> b)
    {
        if (typeof(T) == typeof(float)) sum.v = Vector512.MultiplyAddEstimate(a.v.AsSingle(), b.v.AsSingle(), sum.v.AsSingle()).As<float, T>();
        else if (typeof(T) == typeof(double)) sum.v = Vector512.MultiplyAddEstimate(a.v.AsDouble(), b.v.AsDouble(), sum.v.AsDouble()).As<double, T>();
        else sum.v += a.v * b.v;
    }

    [MethodImpl(Inline)] public static Vector512Simd<T> Min(Vector512Simd<T> a, Vector512Simd<T> b) => new(Vector512.Min(a.v, b.v));
    [MethodImpl(Inline)] public static Vector512Simd<T> Max(Vector512Simd<T> a, Vector512Simd<T> b) => new(Vector512.Max(a.v, b.v));
    [MethodImpl(Inline)] public static Vector512Simd<T> FastMin(Vector512Simd<T> a, Vector512Simd<T> b) => new(Vector512.MinNative(a.v, b.v));
    [MethodImpl(Inline)] public static Vector512Simd<T> FastMax(Vector512Simd<T> a, Vector512Simd<T> b) => new(Vector512.MaxNative(a.v, b.v));
    [MethodImpl(Inline)] public static Vector512Simd<T> Sqrt(Vector512Simd<T> a) => new(Vector512.Sqrt(a.v));
    [MethodImpl(Inline)] public static Vector512Simd<T> Abs(Vector512Simd<T> a) => new(Vector512.Abs(a.v));

    [MethodImpl(Inline)]
    public static Vector512Simd<T> Round(Vector512Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector512.Round(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector512.Round(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static Vector512Simd<T> Floor(Vector512Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector512.Floor(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector512.Floor(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static Vector512Simd<T> Ceiling(Vector512Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector512.Ceiling(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector512.Ceiling(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)]
    public static Vector512Simd<T> Truncate(Vector512Simd<T> a) =>
        typeof(T) == typeof(float) ? new(Vector512.Truncate(a.v.AsSingle()).As<float, T>())
        : typeof(T) == typeof(double) ? new(Vector512.Truncate(a.v.AsDouble()).As<double, T>()) : a;

    [MethodImpl(Inline)] public static Vector512Simd<T> Equal(Vector512Simd<T> a, Vector512Simd<T> b) => new(Vector512.Equals(a.v, b.v));
    [MethodImpl(Inline)] public static Vector512Simd<T> LessThan(Vector512Simd<T> a, Vector512Simd<T> b) => new(Vector512.LessThan(a.v, b.v));
    [MethodImpl(Inline)] public static Vector512Simd<T> LessThanOrEqual(Vector512Simd<T> a, Vector512Simd<T> b) => new(Vector512.LessThanOrEqual(a.v, b.v));
    [MethodImpl(Inline)] public static Vector512Simd<T> Not(Vector512Simd<T> mask) => new(~mask.v);
    [MethodImpl(Inline)] public static Vector512Simd<T> Select(Vector512Simd<T> mask, Vector512Simd<T> whenSet, Vector512Simd<T> whenClear) => new(Vector512.ConditionalSelect(mask.v, whenSet.v, whenClear.v));
    [MethodImpl(Inline)] public static bool Any(Vector512Simd<T> mask) => Bits(mask) != 0;
    [MethodImpl(Inline)] public static ulong Bits(Vector512Simd<T> mask) => Vector512.ExtractMostSignificantBits(mask.v);

    // Adding 1.5·2^23 (or 1.5·2^52) leaves n in the lowest bits of the mantissa; a shift carries it into the exponent's place.
    [MethodImpl(Inline)]
    public static Vector512Simd<T> PowerOfTwo(Vector512Simd<T> n) =>
        typeof(T) == typeof(float)
            ? new((Vector512.ShiftLeft((n.v.AsSingle() + Vector512.Create(12582912f + 127f)).AsInt32(), 23)).As<int, T>())
            : new((Vector512.ShiftLeft((n.v.AsDouble() + Vector512.Create(6755399441055744.0 + 1023.0)).AsInt64(), 52)).As<long, T>());

    [MethodImpl(Inline)]
    public static Vector512Simd<T> Decompose(Vector512Simd<T> x, out Vector512Simd<T> exponent)
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<int> shifted = x.v.AsInt32() + Vector512.Create(0x3F800000 - 0x3F3504F3);
            exponent = new((Vector512.ConvertToSingle(Vector512.ShiftRightLogical(shifted, 23)) - Vector512.Create(127f)).As<float, T>());
            return new(((shifted & Vector512.Create(0x007FFFFF)) + Vector512.Create(0x3F3504F3)).As<int, T>());
        }
        Vector512<long> wide = x.v.AsInt64() + Vector512.Create(0x3FF0000000000000 - 0x3FE6A09E667F3BCD);
        // A small whole number or-ed into 2^52's mantissa is that number plus 2^52: no 64-bit conversion needed.
        Vector512<long> whole = Vector512.ShiftRightLogical(wide, 52) | Vector512.Create(0x4330000000000000);
        exponent = new((whole.AsDouble() - Vector512.Create(4503599627370496.0 + 1023.0)).As<double, T>());
        return new(((wide & Vector512.Create(0x000FFFFFFFFFFFFF)) + Vector512.Create(0x3FE6A09E667F3BCD)).As<long, T>());
    }

    [MethodImpl(Inline)] public static T Sum(Vector512Simd<T> a) => Vector512.Sum(a.v);

    [MethodImpl(Inline)]
    public static T MaxLane(Vector512Simd<T> a)
    {
        T best = a.v.GetElement(0);
        for (int i = 1; i < Vector512<T>.Count; i++) best = T.Max(best, a.v.GetElement(i));
        return best;
    }

    [MethodImpl(Inline)]
    public static T MinLane(Vector512Simd<T> a)
    {
        T best = a.v.GetElement(0);
        for (int i = 1; i < Vector512<T>.Count; i++) best = T.Min(best, a.v.GetElement(i));
        return best;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512Simd<T> Map<TFunction>(Vector512Simd<T> a) where TFunction : struct, IScalarFunction
    {
        Vector512<T> result = a.v;
        ref T lane = ref Unsafe.As<Vector512<T>, T>(ref result);
        for (int i = 0; i < Vector512<T>.Count; i++) Unsafe.Add(ref lane, i) = T.CreateTruncating(TFunction.Invoke(double.CreateTruncating(Unsafe.Add(ref lane, i))));
        return new(result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512Simd<T> Map2<TFunction>(Vector512Simd<T> a, Vector512Simd<T> b) where TFunction : struct, IScalarFunction2
    {
        Vector512<T> result = a.v, other = b.v;
        ref T x = ref Unsafe.As<Vector512<T>, T>(ref result);
        ref T y = ref Unsafe.As<Vector512<T>, T>(ref other);
        for (int i = 0; i < Vector512<T>.Count; i++)
            Unsafe.Add(ref x, i) = T.CreateTruncating(TFunction.Invoke(double.CreateTruncating(Unsafe.Add(ref x, i)), double.CreateTruncating(Unsafe.Add(ref y, i))));
        return new(result);
    }
}
