using System.Numerics;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

// Dense linear algebra on one row-major matrix in double precision. The loops run along rows, which lie together in memory; algorithms
// that work on columns get the transpose. Golub & Van Loan, "Matrix Computations", describes all of them.

internal static class LinalgKernels
{
    private const int MostSweeps = 80;

    internal static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var a = MemoryMarshal.Cast<double, Vector<double>>(x);
        var b = MemoryMarshal.Cast<double, Vector<double>>(y);
        var sums = Vector<double>.Zero;
        for (int i = 0; i < a.Length; i++) sums += a[i] * b[i];
        double sum = Vector.Sum(sums);
        for (int i = a.Length * Vector<double>.Count; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>y += factor · x.</summary>
    internal static void AddScaled(Span<double> y, double factor, ReadOnlySpan<double> x)
    {
        var from = MemoryMarshal.Cast<double, Vector<double>>(x);
        var to = MemoryMarshal.Cast<double, Vector<double>>(y);
        for (int i = 0; i < to.Length; i++) to[i] += factor * from[i];
        for (int i = to.Length * Vector<double>.Count; i < y.Length; i++) y[i] += factor * x[i];
    }

    /// <summary>(x, y) = (c·x - s·y, s·x + c·y).</summary>
    private static void Rotate(Span<double> x, Span<double> y, double c, double s)
    {
        var a = MemoryMarshal.Cast<double, Vector<double>>(x);
        var b = MemoryMarshal.Cast<double, Vector<double>>(y);
        for (int i = 0; i < a.Length; i++) (a[i], b[i]) = (c * a[i] - s * b[i], s * a[i] + c * b[i]);
        for (int i = a.Length * Vector<double>.Count; i < x.Length; i++) (x[i], y[i]) = (c * x[i] - s * y[i], s * x[i] + c * y[i]);
    }

    private static double Length(ReadOnlySpan<double> x)
    {
        double largest = 0;
        foreach (double element in x) largest = Math.Max(largest, Math.Abs(element));
        if (largest is 0 or double.PositiveInfinity) return largest;
        double sum = 0; // of squares of quotients, which neither overflow nor vanish
        foreach (double element in x) sum += element / largest * (element / largest);
        return largest * Math.Sqrt(sum);
    }

    private static void Swap(Span<double> x, Span<double> y)
    {
        for (int i = 0; i < x.Length; i++) (x[i], y[i]) = (y[i], x[i]);
    }

    /// <summary>
    /// Gaussian elimination with partial pivoting: a [n, n] becomes L below the diagonal and U above; row i was exchanged with row
    /// pivots[i]. Returns the sign of the permutation and the first column without a pivot, or -1.
    /// </summary>
    internal static (int Sign, int Singular) Lu(Span<double> a, int n, Span<int> pivots)
    {
        int sign = 1, singular = -1;
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int i = k + 1; i < n; i++)
            {
                if (Math.Abs(a[i * n + k]) > Math.Abs(a[pivot * n + k])) pivot = i;
            }
            pivots[k] = pivot;
            var row = a.Slice(k * n, n);
            if (pivot != k)
            {
                Swap(row, a.Slice(pivot * n, n));
                sign = -sign;
            }
            if (row[k] == 0)
            {
                if (singular < 0) singular = k;
                continue;
            }
            for (int i = k + 1; i < n; i++)
            {
                double factor = a[i * n + k] /= row[k];
                if (factor != 0) AddScaled(a.Slice(i * n + k + 1, n - k - 1), -factor, row[(k + 1)..]);
            }
        }
        return (sign, singular);
    }

    /// <summary>Solves with the result of <see cref="Lu"/>: b [n, columns] becomes the solution.</summary>
    internal static void LuSolve(ReadOnlySpan<double> lu, int n, ReadOnlySpan<int> pivots, Span<double> b, int columns)
    {
        for (int i = 0; i < n; i++)
        {
            if (pivots[i] != i) Swap(b.Slice(i * columns, columns), b.Slice(pivots[i] * columns, columns));
        }
        SolveTriangular(lu, n, b, columns, upper: false, unit: true);
        SolveTriangular(lu, n, b, columns, upper: true, unit: false);
    }

    /// <summary>Solves a [n, n] · x = b [n, columns] in place, reading one triangle of a; false if the diagonal has a zero.</summary>
    internal static bool SolveTriangular(ReadOnlySpan<double> a, int n, Span<double> b, int columns, bool upper, bool unit)
    {
        for (int step = 0; step < n; step++)
        {
            int i = upper ? n - 1 - step : step;
            var row = b.Slice(i * columns, columns);
            for (int j = upper ? i + 1 : 0; j < (upper ? n : i); j++)
            {
                if (a[i * n + j] != 0) AddScaled(row, -a[i * n + j], b.Slice(j * columns, columns));
            }
            if (unit) continue;
            double diagonal = a[i * n + i];
            if (diagonal == 0) return false;
            for (int j = 0; j < columns; j++) row[j] /= diagonal;
        }
        return true;
    }

    /// <summary>a [n, n] = l · lᵀ, reading its lower triangle; the first row at which a is not positive definite, or -1.</summary>
    internal static int Cholesky(ReadOnlySpan<double> a, int n, Span<double> l)
    {
        l.Clear();
        for (int i = 0; i < n; i++)
        {
            var row = l.Slice(i * n, n);
            for (int j = 0; j < i; j++) row[j] = (a[i * n + j] - Dot(row[..j], l.Slice(j * n, j))) / l[j * n + j];
            double square = a[i * n + i] - Dot(row[..i], row[..i]);
            if (!(square > 0)) return i;
            row[i] = Math.Sqrt(square);
        }
        return -1;
    }

    /// <summary>
    /// Turns x into a Householder vector v, so that (1 - factor·v·vᵀ)·x has its first element, which is returned, and zeros behind it.
    /// </summary>
    private static double Householder(Span<double> x, out double factor)
    {
        double first = x[0], rest = Length(x[1..]);
        if (rest == 0)
        {
            factor = 0;
            return first;
        }
        double left = -Math.CopySign(double.Hypot(first, rest), first);
        factor = (left - first) / left;
        for (int i = 1; i < x.Length; i++) x[i] /= first - left;
        x[0] = 1;
        return left;
    }

    /// <summary>
    /// Householder's QR of a matrix with at least as many rows as columns. All matrices are transposed: a [columns, rows] is destroyed, q
    /// [columns, rows] gets orthonormal rows; r [columns, columns] is upper triangular and not transposed.
    /// </summary>
    internal static void Qr(Span<double> a, int rows, int columns, Span<double> q, Span<double> r)
    {
        var factors = new double[columns];
        r.Clear();
        for (int k = 0; k < columns; k++)
        {
            var vector = a.Slice(k * rows + k, rows - k);
            for (int i = 0; i < k; i++) r[i * columns + k] = a[k * rows + i];
            r[k * columns + k] = Householder(vector, out factors[k]);
            for (int j = k + 1; j < columns; j++) Reflect(vector, factors[k], a.Slice(j * rows + k, rows - k));
        }
        q.Clear();
        for (int k = 0; k < columns; k++) q[k * rows + k] = 1;
        for (int k = columns - 1; k >= 0; k--)
        {
            for (int j = k; j < columns; j++) Reflect(a.Slice(k * rows + k, rows - k), factors[k], q.Slice(j * rows + k, rows - k));
        }
    }

    private static void Reflect(ReadOnlySpan<double> vector, double factor, Span<double> x)
    {
        if (factor != 0) AddScaled(x, -factor * Dot(vector, x), vector);
    }

    /// <summary>
    /// Eigenvalues, ascending, and eigenvectors (rows of <paramref name="vectors"/>) of a symmetric matrix, of which the lower triangle is
    /// read: Householder's reduction to a tridiagonal matrix, then QL steps with Wilkinson's shift. False if they do not converge.
    /// </summary>
    internal static bool Eigh(ReadOnlySpan<double> symmetric, int n, Span<double> values, Span<double> vectors)
    {
        var a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = symmetric[i * n + j];
        }
        vectors.Clear();
        for (int i = 0; i < n; i++) vectors[i * n + i] = 1;
        var beside = new double[n];
        Tridiagonalize(a, n, beside, vectors);
        for (int i = 0; i < n; i++) values[i] = a[i * n + i];
        if (!Ql(values, beside, n, vectors)) return false;

        var order = Enumerable.Range(0, n).ToArray();
        values.ToArray().AsSpan().Sort(order.AsSpan());
        var unordered = vectors.ToArray();
        values.Sort();
        for (int i = 0; i < n; i++) unordered.AsSpan(order[i] * n, n).CopyTo(vectors[(i * n)..]);
        return true;
    }

    private static void Tridiagonalize(Span<double> a, int n, Span<double> beside, Span<double> vectors)
    {
        Span<double> vector = new double[n], product = new double[n], sums = new double[n];
        for (int k = 0; k + 1 < n; k++)
        {
            int size = n - k - 1;
            var v = vector[..size];
            a.Slice(k * n + k + 1, size).CopyTo(v);
            beside[k] = Householder(v, out double factor);
            if (factor == 0) continue;
            // A becomes (1 - f v vᵀ) A (1 - f v vᵀ) = A - v wᵀ - w vᵀ
            var w = product[..size];
            for (int i = 0; i < size; i++) w[i] = factor * Dot(a.Slice((k + 1 + i) * n + k + 1, size), v);
            AddScaled(w, -factor / 2 * Dot(w, v), v);
            sums.Clear();
            for (int i = 0; i < size; i++)
            {
                var row = a.Slice((k + 1 + i) * n + k + 1, size);
                AddScaled(row, -v[i], w);
                AddScaled(row, -w[i], v);
                AddScaled(sums, v[i], vectors.Slice((k + 1 + i) * n, n));
            }
            for (int i = 0; i < size; i++) AddScaled(vectors.Slice((k + 1 + i) * n, n), -factor * v[i], sums);
        }
    }

    private static bool Ql(Span<double> diagonal, Span<double> beside, int n, Span<double> vectors)
    {
        for (int l = 0; l < n; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int end = l; // the block l ... end does not fall apart
                while (end + 1 < n && Math.Abs(beside[end]) > 1.1e-16 * (Math.Abs(diagonal[end]) + Math.Abs(diagonal[end + 1]))) end++;
                if (end == l) break;
                if (sweep == MostSweeps) return false;
                double half = (diagonal[l + 1] - diagonal[l]) / (2 * beside[l]);
                double g = diagonal[end] - diagonal[l] + beside[l] / (half + Math.CopySign(double.Hypot(half, 1), half));
                double s = 1, c = 1, shift = 0;
                int i = end - 1;
                for (; i >= l; i--)
                {
                    double f = s * beside[i], b = c * beside[i], r = double.Hypot(f, g);
                    beside[i + 1] = r;
                    if (r == 0)
                    {
                        diagonal[i + 1] -= shift;
                        beside[end] = 0;
                        break;
                    }
                    (s, c) = (f / r, g / r);
                    g = diagonal[i + 1] - shift;
                    r = (diagonal[i] - g) * s + 2 * c * b;
                    shift = s * r;
                    diagonal[i + 1] = g + shift;
                    g = c * r - b;
                    Rotate(vectors.Slice(i * n, n), vectors.Slice((i + 1) * n, n), c, s);
                }
                if (i >= l) continue;
                diagonal[l] -= shift;
                beside[l] = g;
                beside[end] = 0;
            }
        }
        return true;
    }

    /// <summary>
    /// Singular values, descending, of a matrix with at least as many rows as columns by Hestenes' one-sided Jacobi method: columns are
    /// rotated in pairs until all are orthogonal. All matrices are transposed: u [columns, rows] holds the matrix and gets the left
    /// vectors as rows, v [columns, columns] the right ones. False if it does not converge.
    /// </summary>
    internal static bool Svd(Span<double> u, int rows, int columns, Span<double> values, Span<double> v)
    {
        v.Clear();
        for (int i = 0; i < columns; i++) v[i * columns + i] = 1;
        double tolerance = Math.Max(1e-15, 2.2e-16 * Math.Sqrt(rows)); // what the rounding of a dot product leaves
        bool rotated = true;
        for (int sweep = 0; rotated; sweep++)
        {
            if (sweep == MostSweeps) return false;
            rotated = false;
            for (int p = 0; p < columns; p++)
            {
                for (int q = p + 1; q < columns; q++)
                {
                    Span<double> x = u.Slice(p * rows, rows), y = u.Slice(q * rows, rows);
                    double xx = Dot(x, x), yy = Dot(y, y), xy = Dot(x, y);
                    if (!(Math.Abs(xy) > tolerance * Math.Sqrt(xx) * Math.Sqrt(yy))) continue;
                    rotated = true;
                    double half = (yy - xx) / (2 * xy), t = Math.CopySign(1, half) / (Math.Abs(half) + double.Hypot(half, 1));
                    double c = 1 / double.Hypot(t, 1), s = c * t;
                    Rotate(x, y, c, s);
                    Rotate(v.Slice(p * columns, columns), v.Slice(q * columns, columns), c, s);
                }
            }
        }
        var order = Enumerable.Range(0, columns).ToArray();
        var lengths = new double[columns];
        for (int i = 0; i < columns; i++) lengths[i] = -Length(u.Slice(i * rows, rows));
        lengths.AsSpan().Sort(order.AsSpan());
        double[] oldU = u.ToArray(), oldV = v.ToArray();
        for (int i = 0; i < columns; i++)
        {
            values[i] = -lengths[i];
            oldV.AsSpan(order[i] * columns, columns).CopyTo(v[(i * columns)..]);
            var row = u.Slice(i * rows, rows);
            oldU.AsSpan(order[i] * rows, rows).CopyTo(row);
            if (values[i] > 1e-15 * columns * values[0])
            {
                foreach (ref double element in row) element /= values[i];
            }
            else
            {
                Complete(u, rows, i);
            }
        }
        return true;
    }

    /// <summary>Makes row <paramref name="count"/> a unit vector orthogonal to the rows before it.</summary>
    private static void Complete(Span<double> u, int rows, int count)
    {
        int furthest = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < rows; i++)
        {
            double share = 0;
            for (int r = 0; r < count; r++) share += u[r * rows + i] * u[r * rows + i];
            if (share < least) (least, furthest) = (share, i);
        }
        var row = u.Slice(count * rows, rows);
        row.Clear();
        row[furthest] = 1;
        for (int pass = 0; pass < 2; pass++) // once leaves rounding errors
        {
            for (int r = 0; r < count; r++) AddScaled(row, -Dot(u.Slice(r * rows, rows), row), u.Slice(r * rows, rows));
        }
        double length = Length(row);
        foreach (ref double element in row) element /= length;
    }
}
