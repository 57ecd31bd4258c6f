using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>Sums over one contiguous row, for the kernels that treat rows.</summary>
internal static class RowStatistics
{
    public static T Sum<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Fold<T, SumTerm>(x, x);
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged, INumber<T> => Fold<T, ProductTerm>(x, y);

    private static T Fold<T, TTerm>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged, INumber<T> where TTerm : struct, ITerm
    {
        ref T px = ref MemoryMarshal.GetReference(x);
        ref T py = ref MemoryMarshal.GetReference(y);
        return Simd.Level switch
        {
            512 => Fold<Vector512Simd<T>, T, TTerm>(ref px, ref py, x.Length),
            256 => Fold<Vector256Simd<T>, T, TTerm>(ref px, ref py, x.Length),
            128 => Fold<Vector128Simd<T>, T, TTerm>(ref px, ref py, x.Length),
            _ => Fold<ScalarSimd<T>, T, TTerm>(ref px, ref py, x.Length),
        };
    }

    [MethodImpl(Simd.HotLoop)]
    private static T Fold<TV, T, TTerm>(ref T x, ref T y, nint n) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TTerm : struct, ITerm
    {
        T total = T.Zero;
        nint i = 0;
        while (n - i >= TV.Count)
        {
            // Every 4096 elements the sums are emptied, so that long rows of floats stay exact to some 1e-6.
            nint end = n - i > 4096 ? i + 4096 : n;
            TV a = TV.Zero, b = TV.Zero;
            for (; i <= end - 2 * TV.Count; i += 2 * TV.Count)
            {
                a = TTerm.Add<TV, T>(a, TV.Load(ref Unsafe.Add(ref x, i)), TV.Load(ref Unsafe.Add(ref y, i)));
                b = TTerm.Add<TV, T>(b, TV.Load(ref Unsafe.Add(ref x, i + TV.Count)), TV.Load(ref Unsafe.Add(ref y, i + TV.Count)));
            }
            for (; i <= end - TV.Count; i += TV.Count)
                a = TTerm.Add<TV, T>(a, TV.Load(ref Unsafe.Add(ref x, i)), TV.Load(ref Unsafe.Add(ref y, i)));
            total += TV.Sum(a + b);
        }
        for (; i < n; i++)
        {
            ScalarSimd<T> term = TTerm.Add<ScalarSimd<T>, T>(ScalarSimd<T>.Zero, ScalarSimd<T>.Load(ref Unsafe.Add(ref x, i)), ScalarSimd<T>.Load(ref Unsafe.Add(ref y, i)));
            total += ScalarSimd<T>.Sum(term);
        }
        return total;
    }

    private interface ITerm
    {
        static abstract TV Add<TV, T>(TV sum, TV x, TV y) where TV : struct, ISimd<TV, T> where T : unmanaged;
    }

    private readonly struct SumTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public static TV Add<TV, T>(TV sum, TV x, TV y) where TV : struct, ISimd<TV, T> where T : unmanaged => sum + x;
    }

    private readonly struct ProductTerm : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public static TV Add<TV, T>(TV sum, TV x, TV y) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.MultiplyAdd(x, y, sum);
    }
}
