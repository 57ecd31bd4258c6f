using System.Numerics;

namespace Baeum.Kernels;

// Reductions of x [outer, size, inner] along the middle, in plain loops that read x in the order of its memory.

internal static class ReduceLoops
{
    /// <summary>The products, y [outer, inner].</summary>
    internal static void Prod<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int size, int inner) where T : unmanaged, INumber<T> =>
        ReduceKernels.Product(x, y, outer, size, inner);

    /// <summary>The greatest or least elements, y [outer, inner], and the first place where each stands; NaN beats everything.</summary>
    internal static void Extreme<T>(ReadOnlySpan<T> x, Span<T> y, Span<long> places, int outer, int size, int inner, bool greatest) where T : unmanaged, INumber<T>
    {
        if (inner == 1 && size > 0)
        {
            ReduceKernels.Extreme(x, y, places, outer, size, greatest);
            return;
        }
        for (int o = 0; o < outer; o++)
        {
            var best = y.Slice(o * inner, inner);
            var place = places.IsEmpty ? default : places.Slice(o * inner, inner);
            x.Slice(o * size * inner, inner).CopyTo(best);
            place.Clear();
            for (int r = 1; r < size; r++)
            {
                var row = x.Slice((o * size + r) * inner, inner);
                for (int i = 0; i < inner; i++)
                {
                    T value = row[i], top = best[i];
                    if (greatest ? value <= top : value >= top) continue; // false for NaN
                    if (T.IsNaN(top)) continue;
                    best[i] = value;
                    if (!place.IsEmpty) place[i] = r;
                }
            }
        }
    }

    /// <summary>y [outer, size, inner] is x [outer, inner] at the places, elsewhere 0.</summary>
    internal static void Scatter<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> places, Span<T> y, int outer, int size, int inner) where T : unmanaged
    {
        y.Clear();
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++) y[(int)((o * size + places[o * inner + i]) * inner + i)] = x[o * inner + i];
        }
    }
}
