using System.Numerics;

namespace Baeum.Kernels;

// Running results along the middle of [outer, size, inner].

internal static class CumulativeLoops
{
    internal static void Sum<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int size, int inner, bool fromEnd) where T : unmanaged, INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int r = 0; r < size; r++)
            {
                int at = (o * size + (fromEnd ? size - 1 - r : r)) * inner;
                var row = x.Slice(at, inner);
                var into = y.Slice(at, inner);
                if (r == 0)
                {
                    row.CopyTo(into);
                    continue;
                }
                var before = y.Slice(fromEnd ? at + inner : at - inner, inner);
                for (int i = 0; i < inner; i++) into[i] = before[i] + row[i];
            }
        }
    }

    internal static void Prod<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int size, int inner) where T : unmanaged, INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int r = 0; r < size; r++)
            {
                int at = (o * size + r) * inner;
                for (int i = at; i < at + inner; i++) y[i] = r == 0 ? x[i] : y[i - inner] * x[i];
            }
        }
    }

    /// <summary>
    /// dx of running products. Without zeros dx_k = Σ_{i≥k} grad_i·y_i / x_k; a row with a zero is computed without dividing, in
    /// quadratic time.
    /// </summary>
    internal static void ProdGradient<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> dx, int outer, int size, int inner) where T : unmanaged, INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int first = o * size * inner + i, end = first + size * inner;
                bool hasZero = false;
                for (int k = first; k < end; k += inner) hasZero |= T.IsZero(x[k]);
                if (hasZero)
                {
                    T before = T.One;
                    for (int k = first; k < end; before *= x[k], k += inner)
                    {
                        T others = before, sum = grad[k] * before;
                        for (int j = k + inner; j < end; j += inner) sum += grad[j] * (others *= x[j]);
                        dx[k] = sum;
                    }
                    continue;
                }
                T after = T.Zero;
                for (int k = end - inner; k >= first; k -= inner) dx[k] = (after += grad[k] * y[k]) / x[k];
            }
        }
    }

    /// <summary>dx of a product of rows: grad times the product of the others, from both sides so that zeros need no division.</summary>
    internal static void ProductOfOthers<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> x, Span<T> dx, int outer, int size, int inner) where T : unmanaged, INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int first = o * size * inner + i, end = first + size * inner;
                T product = grad[o * inner + i];
                for (int k = first; k < end; product *= x[k], k += inner) dx[k] = product;
                product = T.One;
                for (int k = end - inner; k >= first; product *= x[k], k -= inner) dx[k] *= product;
            }
        }
    }

    /// <summary>The greatest or least element so far and its last place; from the first NaN on, NaN.</summary>
    internal static void Extreme<T>(ReadOnlySpan<T> x, Span<T> y, Span<long> places, int outer, int size, int inner, bool greatest) where T : unmanaged, INumber<T>
    {
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                int first = o * size * inner + i;
                T best = size > 0 ? x[first] : default;
                long place = 0;
                for (int r = 0; r < size; r++)
                {
                    T value = x[first + r * inner];
                    if (T.IsNaN(value) || (!T.IsNaN(best) && (greatest ? value >= best : value <= best))) (best, place) = (value, r);
                    y[first + r * inner] = best;
                    places[first + r * inner] = place;
                }
            }
        }
    }

    /// <summary>Adds x to y at places along the middle.</summary>
    internal static void ScatterAdd<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> places, Span<T> y, int outer, int size, int inner) where T : unmanaged, INumber<T>
    {
        y.Clear();
        for (int o = 0; o < outer; o++)
        {
            for (int r = 0; r < size; r++)
            {
                for (int i = 0, k = (o * size + r) * inner; i < inner; i++, k++) y[(int)((o * size + places[k]) * inner + i)] += x[k];
            }
        }
    }

    /// <summary>The elements of given ranks in ascending order and their places, each [outer, inner]; a NaN takes every rank.</summary>
    internal static void Ranks<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> ranks, Span<T> values, Span<long> places, int outer, int size, int inner) where T : unmanaged, INumber<T>
    {
        var keys = new T[size];
        var from = new int[size];
        int count = outer * inner;
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                for (int r = 0; r < size; r++) (keys[r], from[r]) = (x[(o * size + r) * inner + i], r);
                Array.Sort(keys, from);
                bool hasNaN = T.IsNaN(keys[0]); // sorted to the front
                for (int k = 0; k < ranks.Length; k++)
                {
                    int at = k * count + o * inner + i, rank = hasNaN ? 0 : ranks[k];
                    (values[at], places[at]) = (keys[rank], from[rank]);
                }
            }
        }
    }
}
