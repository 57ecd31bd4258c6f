using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Baeum.Kernels;

/// <summary>
/// The innermost loops of the matrix product: a tile of C lives in registers while k runs. Each method is free of calls (a call, or a
/// stackalloc, would make the JIT keep the accumulators in memory) and compiled once with full optimisation.
/// What a tile is added to, <c>start</c>, is C itself, or a bias (the same row for all: its row stride is 0), or null for nothing.
/// Every element of C is the same chain of fused multiply-adds in order of k in every tile shape, so cutting C differently changes no bit.
/// </summary>
internal static unsafe class GemmTile
{
    /// <summary>Rows of the packed tile; its width is two registers: 12 accumulators of the 16 registers of AVX2.</summary>
    public const int Rows = 6;


    /// <summary>C[6, 2v] = start + A × B straight from the matrices; the columns of B must lie side by side. Packed panels are matrices too: A's has
    /// strides 1 and 6, B's 2v and 1.</summary>
    [MethodImpl(Simd.HotLoop)]
    public static void Direct6X2<TV, T>(nint k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, T* start, nint startRow) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV c00 = TV.Zero, c01 = TV.Zero, c10 = TV.Zero, c11 = TV.Zero, c20 = TV.Zero, c21 = TV.Zero;
        TV c30 = TV.Zero, c31 = TV.Zero, c40 = TV.Zero, c41 = TV.Zero, c50 = TV.Zero, c51 = TV.Zero;
        nint w = TV.Count, twoRows = 2 * aRow;
        T* p = a, q = a + 3 * aRow;
        if (Sse.IsSupported)
        {
            // C is met only once every few thousand cycles and is far away by then
            T* line = c;
            for (int i = 0; i < Rows; i++, line += cRow) Sse.Prefetch0(line);
        }
        TV x, b0, b1;
        for (; k >= 2; k -= 2)
        {
            b0 = TV.Load(b);
            b1 = TV.Load(b + w);
            x = TV.Broadcast(*p);
            TV.AddProduct(ref c00, x, b0);
            TV.AddProduct(ref c01, x, b1);
            x = TV.Broadcast(p[aRow]);
            TV.AddProduct(ref c10, x, b0);
            TV.AddProduct(ref c11, x, b1);
            x = TV.Broadcast(p[twoRows]);
            TV.AddProduct(ref c20, x, b0);
            TV.AddProduct(ref c21, x, b1);
            x = TV.Broadcast(*q);
            TV.AddProduct(ref c30, x, b0);
            TV.AddProduct(ref c31, x, b1);
            x = TV.Broadcast(q[aRow]);
            TV.AddProduct(ref c40, x, b0);
            TV.AddProduct(ref c41, x, b1);
            x = TV.Broadcast(q[twoRows]);
            TV.AddProduct(ref c50, x, b0);
            TV.AddProduct(ref c51, x, b1);
            p += aColumn;
            q += aColumn;
            b += bRow;
            b0 = TV.Load(b);
            b1 = TV.Load(b + w);
            x = TV.Broadcast(*p);
            TV.AddProduct(ref c00, x, b0);
            TV.AddProduct(ref c01, x, b1);
            x = TV.Broadcast(p[aRow]);
            TV.AddProduct(ref c10, x, b0);
            TV.AddProduct(ref c11, x, b1);
            x = TV.Broadcast(p[twoRows]);
            TV.AddProduct(ref c20, x, b0);
            TV.AddProduct(ref c21, x, b1);
            x = TV.Broadcast(*q);
            TV.AddProduct(ref c30, x, b0);
            TV.AddProduct(ref c31, x, b1);
            x = TV.Broadcast(q[aRow]);
            TV.AddProduct(ref c40, x, b0);
            TV.AddProduct(ref c41, x, b1);
            x = TV.Broadcast(q[twoRows]);
            TV.AddProduct(ref c50, x, b0);
            TV.AddProduct(ref c51, x, b1);
            p += aColumn;
            q += aColumn;
            b += bRow;
        }
        if (k > 0)
        {
            b0 = TV.Load(b);
            b1 = TV.Load(b + w);
            x = TV.Broadcast(*p);
            TV.AddProduct(ref c00, x, b0);
            TV.AddProduct(ref c01, x, b1);
            x = TV.Broadcast(p[aRow]);
            TV.AddProduct(ref c10, x, b0);
            TV.AddProduct(ref c11, x, b1);
            x = TV.Broadcast(p[twoRows]);
            TV.AddProduct(ref c20, x, b0);
            TV.AddProduct(ref c21, x, b1);
            x = TV.Broadcast(*q);
            TV.AddProduct(ref c30, x, b0);
            TV.AddProduct(ref c31, x, b1);
            x = TV.Broadcast(q[aRow]);
            TV.AddProduct(ref c40, x, b0);
            TV.AddProduct(ref c41, x, b1);
            x = TV.Broadcast(q[twoRows]);
            TV.AddProduct(ref c50, x, b0);
            TV.AddProduct(ref c51, x, b1);
        }
        if (start != null)
        {
            T* r = start;
            c00 += TV.Load(r);
            c01 += TV.Load(r + w);
            r += startRow;
            c10 += TV.Load(r);
            c11 += TV.Load(r + w);
            r += startRow;
            c20 += TV.Load(r);
            c21 += TV.Load(r + w);
            r += startRow;
            c30 += TV.Load(r);
            c31 += TV.Load(r + w);
            r += startRow;
            c40 += TV.Load(r);
            c41 += TV.Load(r + w);
            r += startRow;
            c50 += TV.Load(r);
            c51 += TV.Load(r + w);
        }
        c00.Store(c);
        c01.Store(c + w);
        c += cRow;
        c10.Store(c);
        c11.Store(c + w);
        c += cRow;
        c20.Store(c);
        c21.Store(c + w);
        c += cRow;
        c30.Store(c);
        c31.Store(c + w);
        c += cRow;
        c40.Store(c);
        c41.Store(c + w);
        c += cRow;
        c50.Store(c);
        c51.Store(c + w);
    }

    /// <summary>C[4, 2v] = start + A × B straight from the matrices; the columns of B must lie side by side.</summary>
    [MethodImpl(Simd.HotLoop)]
    public static void Direct4X2<TV, T>(nint k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, T* start, nint startRow) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV c00 = TV.Zero, c01 = TV.Zero, c10 = TV.Zero, c11 = TV.Zero, c20 = TV.Zero, c21 = TV.Zero, c30 = TV.Zero, c31 = TV.Zero;
        T* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        nint at = 0;
        for (; k > 0; k--, at += aColumn, b += bRow)
        {
            TV b0 = TV.Load(b), b1 = TV.Load(b + TV.Count);
            TV x = TV.Broadcast(a[at]);
            TV.AddProduct(ref c00, x, b0);
            TV.AddProduct(ref c01, x, b1);
            x = TV.Broadcast(a1[at]);
            TV.AddProduct(ref c10, x, b0);
            TV.AddProduct(ref c11, x, b1);
            x = TV.Broadcast(a2[at]);
            TV.AddProduct(ref c20, x, b0);
            TV.AddProduct(ref c21, x, b1);
            x = TV.Broadcast(a3[at]);
            TV.AddProduct(ref c30, x, b0);
            TV.AddProduct(ref c31, x, b1);
        }
        T* p1 = c + cRow, p2 = p1 + cRow, p3 = p2 + cRow;
        nint w = TV.Count;
        if (start != null)
        {
            c00 += TV.Load(start);
            c01 += TV.Load(start + w);
            start += startRow;
            c10 += TV.Load(start);
            c11 += TV.Load(start + w);
            start += startRow;
            c20 += TV.Load(start);
            c21 += TV.Load(start + w);
            start += startRow;
            c30 += TV.Load(start);
            c31 += TV.Load(start + w);
        }
        c00.Store(c);
        c01.Store(c + w);
        c10.Store(p1);
        c11.Store(p1 + w);
        c20.Store(p2);
        c21.Store(p2 + w);
        c30.Store(p3);
        c31.Store(p3 + w);
    }

    /// <summary>As <see cref="Direct4X2"/>, one register wide.</summary>
    [MethodImpl(Simd.HotLoop)]
    public static void Direct4X1<TV, T>(nint k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T* c, nint cRow, T* start, nint startRow) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV c0 = TV.Zero, c1 = TV.Zero, c2 = TV.Zero, c3 = TV.Zero;
        T* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
        nint at = 0;
        for (; k > 0; k--, at += aColumn, b += bRow)
        {
            TV b0 = TV.Load(b);
            TV.AddProduct(ref c0, TV.Broadcast(a[at]), b0);
            TV.AddProduct(ref c1, TV.Broadcast(a1[at]), b0);
            TV.AddProduct(ref c2, TV.Broadcast(a2[at]), b0);
            TV.AddProduct(ref c3, TV.Broadcast(a3[at]), b0);
        }
        T* p1 = c + cRow, p2 = p1 + cRow, p3 = p2 + cRow;
        if (start != null)
        {
            c0 += TV.Load(start);
            c1 += TV.Load(start + startRow);
            c2 += TV.Load(start + 2 * startRow);
            c3 += TV.Load(start + 3 * startRow);
        }
        c0.Store(c);
        c1.Store(p1);
        c2.Store(p2);
        c3.Store(p3);
    }

    /// <summary>As <see cref="Direct4X2"/>, one row.</summary>
    [MethodImpl(Simd.HotLoop)]
    public static void Direct1X2<TV, T>(nint k, T* a, nint aColumn, T* b, nint bRow, T* c, T* start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV c0 = TV.Zero, c1 = TV.Zero;
        for (; k > 0; k--, a += aColumn, b += bRow)
        {
            TV x = TV.Broadcast(*a);
            TV.AddProduct(ref c0, x, TV.Load(b));
            TV.AddProduct(ref c1, x, TV.Load(b + TV.Count));
        }
        if (start != null)
        {
            c0 += TV.Load(start);
            c1 += TV.Load(start + TV.Count);
        }
        c0.Store(c);
        c1.Store(c + TV.Count);
    }

    /// <summary>As <see cref="Direct4X2"/>, one row and one register.</summary>
    [MethodImpl(Simd.HotLoop)]
    public static void Direct1X1<TV, T>(nint k, T* a, nint aColumn, T* b, nint bRow, T* c, T* start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV c0 = TV.Zero;
        for (; k > 0; k--, a += aColumn, b += bRow) TV.AddProduct(ref c0, TV.Broadcast(*a), TV.Load(b));
        if (start != null) c0 += TV.Load(start);
        c0.Store(c);
    }

    /// <summary>As <see cref="Direct4X1"/> for any number of rows; B's last row lies at <paramref name="last"/>.</summary>
    [MethodImpl(Simd.HotLoop)]
    public static void Narrow<TV, T>(nint rows, nint k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T* last, T* c, nint cRow, T* start, nint startRow) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        for (; rows > 0; rows -= 4, a += 4 * aRow, c += 4 * cRow, start += 4 * startRow)
        {
            // rows that are not there repeat the one before
            nint one = rows > 1 ? 1 : 0, two = rows > 2 ? 2 : one, three = rows > 3 ? 3 : two;
            T* a0 = a, a1 = a + one * aRow, a2 = a + two * aRow, a3 = a + three * aRow, row = b;
            TV c0 = TV.Zero, c1 = TV.Zero, c2 = TV.Zero, c3 = TV.Zero;
            nint at = 0;
            for (nint l = 1; l < k; l++, at += aColumn, row += bRow)
            {
                TV b0 = TV.Load(row);
                TV.AddProduct(ref c0, TV.Broadcast(a0[at]), b0);
                TV.AddProduct(ref c1, TV.Broadcast(a1[at]), b0);
                TV.AddProduct(ref c2, TV.Broadcast(a2[at]), b0);
                TV.AddProduct(ref c3, TV.Broadcast(a3[at]), b0);
            }
            TV end = TV.Load(last);
            TV.AddProduct(ref c0, TV.Broadcast(a0[at]), end);
            TV.AddProduct(ref c1, TV.Broadcast(a1[at]), end);
            TV.AddProduct(ref c2, TV.Broadcast(a2[at]), end);
            TV.AddProduct(ref c3, TV.Broadcast(a3[at]), end);
            if (start != null)
            {
                c0 += TV.Load(start);
                c1 += TV.Load(start + one * startRow);
                c2 += TV.Load(start + two * startRow);
                c3 += TV.Load(start + three * startRow);
            }
            c0.Store(c);
            c1.Store(c + one * cRow);
            c2.Store(c + two * cRow);
            c3.Store(c + three * cRow);
        }
    }

    /// <summary>Four dot products of x with rows of B, all contiguous; the sums of the lanes are taken at the end.</summary>
    [MethodImpl(Simd.HotLoop)]
    public static void Dot4<TV, T>(nint k, T* x, T* b, nint bRow, T* y, nint yStride, bool accumulate) where TV : struct, ISimd<TV, T> where T : unmanaged, System.Numerics.INumber<T>
    {
        TV s0 = TV.Zero, s1 = TV.Zero, s2 = TV.Zero, s3 = TV.Zero, t0 = TV.Zero, t1 = TV.Zero, t2 = TV.Zero, t3 = TV.Zero;
        T* b1 = b + bRow, b2 = b1 + bRow, b3 = b2 + bRow;
        nint i = 0;
        for (; i <= k - 2 * TV.Count; i += 2 * TV.Count)
        {
            TV p = TV.Load(x + i), q = TV.Load(x + i + TV.Count);
            TV.AddProduct(ref s0, p, TV.Load(b + i));
            TV.AddProduct(ref t0, q, TV.Load(b + i + TV.Count));
            TV.AddProduct(ref s1, p, TV.Load(b1 + i));
            TV.AddProduct(ref t1, q, TV.Load(b1 + i + TV.Count));
            TV.AddProduct(ref s2, p, TV.Load(b2 + i));
            TV.AddProduct(ref t2, q, TV.Load(b2 + i + TV.Count));
            TV.AddProduct(ref s3, p, TV.Load(b3 + i));
            TV.AddProduct(ref t3, q, TV.Load(b3 + i + TV.Count));
        }
        T r0 = TV.Sum(s0 + t0), r1 = TV.Sum(s1 + t1), r2 = TV.Sum(s2 + t2), r3 = TV.Sum(s3 + t3);
        for (; i < k; i++)
        {
            T p = x[i];
            r0 += p * b[i];
            r1 += p * b1[i];
            r2 += p * b2[i];
            r3 += p * b3[i];
        }
        if (accumulate)
        {
            r0 += y[0];
            r1 += y[yStride];
            r2 += y[2 * yStride];
            r3 += y[3 * yStride];
        }
        y[0] = r0;
        y[yStride] = r1;
        y[2 * yStride] = r2;
        y[3 * yStride] = r3;
    }

    /// <summary>One dot product, in the same order as <see cref="Dot4"/>.</summary>
    [MethodImpl(Simd.HotLoop)]
    public static T Dot1<TV, T>(nint k, T* x, T* b) where TV : struct, ISimd<TV, T> where T : unmanaged, System.Numerics.INumber<T>
    {
        TV s = TV.Zero, t = TV.Zero;
        nint i = 0;
        for (; i <= k - 2 * TV.Count; i += 2 * TV.Count)
        {
            TV.AddProduct(ref s, TV.Load(x + i), TV.Load(b + i));
            TV.AddProduct(ref t, TV.Load(x + i + TV.Count), TV.Load(b + i + TV.Count));
        }
        T r = TV.Sum(s + t);
        for (; i < k; i++) r += x[i] * b[i];
        return r;
    }

    /// <summary>y[0 … n) += Σ x[p]·column p, four columns at a time; each column contiguous.</summary>
    [MethodImpl(Simd.HotLoop)]
    public static void AddColumns<TV, T>(nint n, nint k, T* m, nint column, T* x, nint xStride, T* y) where TV : struct, ISimd<TV, T> where T : unmanaged, System.Numerics.INumber<T>
    {
        for (; k >= 4; k -= 4, m += 4 * column, x += 4 * xStride)
        {
            T* m1 = m + column, m2 = m1 + column, m3 = m2 + column;
            T s0 = x[0], s1 = x[xStride], s2 = x[2 * xStride], s3 = x[3 * xStride];
            TV x0 = TV.Broadcast(s0), x1 = TV.Broadcast(s1), x2 = TV.Broadcast(s2), x3 = TV.Broadcast(s3);
            nint i = 0;
            for (; i <= n - TV.Count; i += TV.Count)
            {
                TV sum = TV.MultiplyAdd(x0, TV.Load(m + i), TV.Load(y + i));
                TV.AddProduct(ref sum, x1, TV.Load(m1 + i));
                TV.AddProduct(ref sum, x2, TV.Load(m2 + i));
                TV.MultiplyAdd(x3, TV.Load(m3 + i), sum).Store(y + i);
            }
            for (; i < n; i++) y[i] += s0 * m[i] + s1 * m1[i] + s2 * m2[i] + s3 * m3[i];
        }
        for (; k > 0; k--, m += column, x += xStride)
        {
            TV x0 = TV.Broadcast(*x);
            nint i = 0;
            for (; i <= n - TV.Count; i += TV.Count) TV.MultiplyAdd(x0, TV.Load(m + i), TV.Load(y + i)).Store(y + i);
            for (; i < n; i++) y[i] += *x * m[i];
        }
    }
}
