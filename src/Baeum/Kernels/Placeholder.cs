namespace Baeum.Kernels;

// Stands in until the real kernels land; whoever lands Elementwise or ReduceKernels deletes the part here.

internal interface IBinaryFunction
{
    static abstract T Invoke<T>(T a, T b) where T : unmanaged, System.Numerics.INumber<T>;
}

internal readonly struct AddFunction : IBinaryFunction { public static T Invoke<T>(T a, T b) where T : unmanaged, System.Numerics.INumber<T> => a + b; }
internal readonly struct SubtractFunction : IBinaryFunction { public static T Invoke<T>(T a, T b) where T : unmanaged, System.Numerics.INumber<T> => a - b; }
internal readonly struct MultiplyFunction : IBinaryFunction { public static T Invoke<T>(T a, T b) where T : unmanaged, System.Numerics.INumber<T> => a * b; }
internal readonly struct DivideFunction : IBinaryFunction { public static T Invoke<T>(T a, T b) where T : unmanaged, System.Numerics.INumber<T> => a / b; }

internal static class Elementwise
{
    internal static void Binary<T, TFunction>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, System.Numerics.INumber<T> where TFunction : struct, IBinaryFunction
    {
        for (int i = 0; i < y.Length; i++) y[i] = TFunction.Invoke(a[i], b[i]);
    }

    internal static void Binary<T, TFunction>(ReadOnlySpan<int> shape, ReadOnlySpan<T> a, ReadOnlySpan<int> aStrides, ReadOnlySpan<T> b, ReadOnlySpan<int> bStrides, Span<T> y) where T : unmanaged, System.Numerics.INumber<T> where TFunction : struct, IBinaryFunction
    {
        var index = new int[shape.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int pa = 0, pb = 0;
            for (int d = 0; d < index.Length; d++) { pa += index[d] * aStrides[d]; pb += index[d] * bStrides[d]; }
            y[i] = TFunction.Invoke(a[pa], b[pb]);
            for (int d = index.Length - 1; d >= 0; d--) { if (++index[d] < shape[d]) break; index[d] = 0; }
        }
    }
}

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
