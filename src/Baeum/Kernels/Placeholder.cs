namespace Baeum.Kernels;

// Stands in until the real kernels land; whoever lands ReduceKernels deletes this.

internal static class ReduceKernels
{
    internal static void Sum<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int reduced, int inner) where T : unmanaged, System.Numerics.INumber<T>
    {
        y.Clear();
        for (int o = 0; o < outer; o++)
            for (int r = 0; r < reduced; r++)
                for (int i = 0; i < inner; i++) y[o * inner + i] += x[(o * reduced + r) * inner + i];
    }
}
