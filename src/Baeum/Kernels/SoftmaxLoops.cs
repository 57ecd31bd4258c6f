using System.Numerics;

namespace Baeum.Kernels;

// Along the middle of [outer, size, inner].

internal static class SoftmaxKernels
{
    internal static void Softmax<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int size, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int o = 0; o < outer; o++)
            for (int i = 0; i < inner; i++)
            {
                int first = o * size * inner + i, end = first + size * inner;
                T top = T.NegativeInfinity, sum = T.Zero;
                for (int k = first; k < end; k += inner) top = T.Max(top, x[k]);
                for (int k = first; k < end; k += inner) sum += y[k] = T.Exp(x[k] - top);
                for (int k = first; k < end; k += inner) y[k] /= sum;
            }
    }

    internal static void LogSoftmax<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int size, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int o = 0; o < outer; o++)
            for (int i = 0; i < inner; i++)
            {
                int first = o * size * inner + i, end = first + size * inner;
                T top = T.NegativeInfinity, sum = T.Zero;
                for (int k = first; k < end; k += inner) top = T.Max(top, x[k]);
                for (int k = first; k < end; k += inner) sum += T.Exp(x[k] - top);
                T log = T.Log(sum);
                for (int k = first; k < end; k += inner) y[k] = x[k] - top - log;
            }
    }

    internal static void SoftmaxGradient<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> y, Span<T> dx, int outer, int size, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int o = 0; o < outer; o++)
            for (int i = 0; i < inner; i++)
            {
                int first = o * size * inner + i, end = first + size * inner;
                T dot = T.Zero;
                for (int k = first; k < end; k += inner) dot += grad[k] * y[k];
                for (int k = first; k < end; k += inner) dx[k] = y[k] * (grad[k] - dot);
            }
    }

    internal static void LogSoftmaxGradient<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> y, Span<T> dx, int outer, int size, int inner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int o = 0; o < outer; o++)
            for (int i = 0; i < inner; i++)
            {
                int first = o * size * inner + i, end = first + size * inner;
                T sum = T.Zero;
                for (int k = first; k < end; k += inner) sum += grad[k];
                for (int k = first; k < end; k += inner) dx[k] = grad[k] - T.Exp(y[k]) * sum;
            }
    }
}
