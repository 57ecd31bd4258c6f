using System.Numerics;

namespace Baeum.Kernels;

/// <summary>Images in another size: a new pixel is a mixture of the old ones at low and high, the second weighed by part, in rows and columns.</summary>
internal static class ResampleKernels
{
    /// <summary>y [planes, new rows, new columns] from x [planes, height, width].</summary>
    internal static void Spread<T>(ReadOnlySpan<T> x, Span<T> y, int[] rowLow, int[] rowHigh, double[] rowPart, int height, int[] columnLow, int[] columnHigh, double[] columnPart, int width)
        where T : unmanaged, INumber<T>
    {
        for (int start = 0, at = 0; at < y.Length; start += height * width)
        {
            for (int i = 0; i < rowLow.Length; i++)
            {
                ReadOnlySpan<T> upper = x.Slice(start + rowLow[i] * width, width), lower = x.Slice(start + rowHigh[i] * width, width);
                T down = T.CreateTruncating(rowPart[i]), up = T.One - down;
                for (int j = 0; j < columnLow.Length; j++)
                {
                    T right = T.CreateTruncating(columnPart[j]), left = T.One - right;
                    y[at++] = up * (left * upper[columnLow[j]] + right * upper[columnHigh[j]]) + down * (left * lower[columnLow[j]] + right * lower[columnHigh[j]]);
                }
            }
        }
    }

    /// <summary>The transpose of <see cref="Spread"/>: adds y back to x, which begins as zeros.</summary>
    internal static void Gather<T>(ReadOnlySpan<T> y, Span<T> x, int[] rowLow, int[] rowHigh, double[] rowPart, int height, int[] columnLow, int[] columnHigh, double[] columnPart, int width)
        where T : unmanaged, INumber<T>
    {
        for (int start = 0, at = 0; at < y.Length; start += height * width)
        {
            for (int i = 0; i < rowLow.Length; i++)
            {
                Span<T> upper = x.Slice(start + rowLow[i] * width, width), lower = x.Slice(start + rowHigh[i] * width, width);
                T down = T.CreateTruncating(rowPart[i]), up = T.One - down;
                for (int j = 0; j < columnLow.Length; j++)
                {
                    T value = y[at++], right = T.CreateTruncating(columnPart[j]), left = T.One - right;
                    upper[columnLow[j]] += up * left * value;
                    upper[columnHigh[j]] += up * right * value;
                    lower[columnLow[j]] += down * left * value;
                    lower[columnHigh[j]] += down * right * value;
                }
            }
        }
    }
}
