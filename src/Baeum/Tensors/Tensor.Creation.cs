using System.Globalization;

namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>A tensor over an array of the caller's, which is not copied: changes are seen on both sides.</summary>
    /// <typeparam name="T">float, double, long or bool.</typeparam>
    public static Tensor Wrap<T>(T[] values, Shape? shape = null) where T : unmanaged
    {
        shape ??= Shape.Create([values.Length]);
        if (shape.Count != values.Length) throw new ArgumentException($"Wrap: {values.Length} values do not fill shape {shape}, which has {shape.Count} elements.");
        return new Tensor(Storage.Wrap(values), shape, 0);
    }

    /// <summary>A tensor with a copy of values, row by row.</summary>
    /// <typeparam name="T">float, double, long or bool.</typeparam>
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape? shape = null) where T : unmanaged
    {
        shape ??= Shape.Create([values.Length]);
        if (shape.Count != values.Length) throw new ArgumentException($"From: {values.Length} values do not fill shape {shape}, which has {shape.Count} elements.");
        var y = Allocate(shape, DTypes.Of<T>());
        values.CopyTo(y.Write<T>());
        return y;
    }

    /// <summary>A vector, Float32: <c>Tensor.From([1f, 2, 3])</c>.</summary>
    public static Tensor From(params float[] values) => From<float>(values);

    /// <summary>A vector, Float64: <c>Tensor.From([1.0, 2, 3])</c>.</summary>
    public static Tensor From(params double[] values) => From<double>(values);

    /// <summary>A vector, Int64: <c>Tensor.From([1, 2, 3])</c>.</summary>
    public static Tensor From(params long[] values) => From<long>(values);

    /// <summary>A vector, Bool: <c>Tensor.From([true, false])</c>.</summary>
    public static Tensor From(params bool[] values) => From<bool>(values);

    /// <summary>A matrix from rows: <c>Tensor.From([[1.0, 2], [3, 4]])</c>, Float64.</summary>
    public static Tensor From(double[][] rows) => FromRows(rows);

    /// <summary>A matrix from rows, Float32.</summary>
    public static Tensor From(float[][] rows) => FromRows(rows);

    /// <summary>A matrix from rows, Int64.</summary>
    public static Tensor From(long[][] rows) => FromRows(rows);

    /// <summary>A tensor from a rectangular array of any rank: <c>Tensor.From(new double[,,] { ... })</c>.</summary>
    public static Tensor From(Array values)
    {
        var shape = Shape.Own([.. Enumerable.Range(0, values.Rank).Select(values.GetLength)]);
        return values.GetType().GetElementType() switch
        {
            var t when t == typeof(float) => From<float>([.. values.Cast<float>()], shape),
            var t when t == typeof(double) => From<double>([.. values.Cast<double>()], shape),
            var t when t == typeof(long) => From<long>([.. values.Cast<long>()], shape),
            var t when t == typeof(int) => From<long>([.. values.Cast<int>().Select(i => (long)i)], shape),
            var t when t == typeof(bool) => From<bool>([.. values.Cast<bool>()], shape),
            var t => throw new NotSupportedException($"From: elements of type {t?.Name} are not supported; use float, double, int, long or bool."),
        };
    }

    private static Tensor FromRows<T>(T[][] rows) where T : unmanaged
    {
        int columns = rows.Length == 0 ? 0 : rows[0].Length;
        var values = new T[rows.Length * columns];
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != columns) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"From: row {i} has {rows[i].Length} elements, row 0 has {columns}; all rows must be of one length."));
            rows[i].CopyTo(values, i * columns);
        }
        return Wrap(values, [rows.Length, columns]);
    }

    /// <summary>One element without dimensions.</summary>
    public static Tensor Scalar(double value, DType dtype = DType.Float32) => Full(Shape.Scalar, value, dtype);

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float32)
    {
        var y = Allocate(shape, dtype);
        y.ClearMemory();
        return y;
    }

    /// <summary>Ones.</summary>
    public static Tensor Ones(Shape shape, DType dtype = DType.Float32) => Full(shape, 1, dtype);

    /// <summary>One value everywhere.</summary>
    public static Tensor Full(Shape shape, double value, DType dtype = DType.Float32)
    {
        var y = Allocate(shape, dtype);
        y.FillMemory(value);
        return y;
    }

    /// <summary>Zeros in the shape and type of another tensor.</summary>
    public static Tensor ZerosLike(Tensor other) => Zeros(other.Shape, other.DType);

    /// <summary>Ones in the shape and type of another tensor.</summary>
    public static Tensor OnesLike(Tensor other) => Ones(other.Shape, other.DType);

    /// <summary>One value in the shape and type of another tensor.</summary>
    public static Tensor FullLike(Tensor other, double value) => Full(other.Shape, value, other.DType);

    /// <summary>0, 1, ... to before <paramref name="stop"/>, Int64.</summary>
    public static Tensor Arange(long stop) => Arange(0, stop);

    /// <summary>Whole numbers from <paramref name="start"/> to before <paramref name="stop"/> in steps, Int64.</summary>
    public static Tensor Arange(long start, long stop, long step = 1)
    {
        if (step == 0) throw new ArgumentException("Arange: the step must not be 0.");
        long count = Math.Max(0, (stop - start + step - Math.Sign(step)) / step);
        var values = new long[count];
        for (long i = 0; i < count; i++) values[i] = start + i * step;
        return Wrap(values);
    }

    /// <summary>Numbers from <paramref name="start"/> to before <paramref name="stop"/> in steps.</summary>
    public static Tensor Arange(double start, double stop, double step, DType dtype = DType.Float32)
    {
        if (step == 0 || !double.IsFinite((stop - start) / step)) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Arange: from {start} to {stop} there is no way in steps of {step}."));
        long count = Math.Max(0, (long)Math.Ceiling((stop - start) / step));
        var values = new double[count];
        for (long i = 0; i < count; i++) values[i] = start + i * step;
        return Wrap(values).To(dtype);
    }

    /// <summary><paramref name="count"/> numbers at equal distances from <paramref name="start"/> to <paramref name="stop"/>, both included.</summary>
    public static Tensor Linspace(double start, double stop, int count, DType dtype = DType.Float32)
    {
        if (count < 0) throw new ArgumentException($"Linspace: the count must not be negative, got {count}.");
        var values = new double[count];
        double step = count > 1 ? (stop - start) / (count - 1) : 0;
        for (int i = 0; i < count; i++) values[i] = i < count / 2 || count == 1 ? start + i * step : stop - (count - 1 - i) * step;
        return Wrap(values).To(dtype);
    }

    /// <summary>The unit matrix, [rows, columns].</summary>
    public static Tensor Eye(int rows, int? columns = null, DType dtype = DType.Float32)
    {
        var y = Zeros([rows, columns ?? rows], dtype);
        var diagonal = new Tensor(y.storage, [Math.Min(rows, columns ?? rows)], y.offset, [(columns ?? rows) + 1]);
        if (diagonal.Count > 0) CopyOp.Into(diagonal, ExpandOp.Apply(Ones([1], dtype), diagonal.Shape));
        return y;
    }

    /// <summary>A one at each class id, zeros elsewhere: ids [...] to [..., classCount].</summary>
    /// <exception cref="ArgumentException">The ids are not Int64 or lie outside 0 to <paramref name="classCount"/> - 1.</exception>
    public static Tensor OneHot(Tensor ids, int classCount, DType dtype = DType.Float32)
    {
        if (ids.DType != DType.Int64) throw new ArgumentException($"OneHot: ids must be Int64, got {ids.Describe()}.");
        var values = new double[(long)ids.Count * classCount];
        var flat = ids.Contiguous().Read<long>();
        for (int i = 0; i < flat.Length; i++)
        {
            if ((ulong)flat[i] >= (ulong)classCount) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"OneHot: id {flat[i]} at place {i} lies outside 0 to {classCount - 1}."));
            values[(long)i * classCount + flat[i]] = 1;
        }
        return Wrap(values, Shape.Create([.. ids.Shape.Sizes, classCount])).To(dtype);
    }


    internal void ClearMemory()
    {
        switch (DType)
        {
            case DType.Float32: Write<float>().Clear(); break;
            case DType.Float64: Write<double>().Clear(); break;
            case DType.Int64: Write<long>().Clear(); break;
            case DType.Bool: Write<bool>().Clear(); break;
            case DType.Float16: Write<Half>().Clear(); break;
            default: Write<ushort>().Clear(); break;
        }
    }

    private void FillMemory(double value)
    {
        switch (DType)
        {
            case DType.Float32: Write<float>().Fill((float)value); break;
            case DType.Float64: Write<double>().Fill(value); break;
            case DType.Int64: Write<long>().Fill((long)value); break;
            case DType.Bool: Write<bool>().Fill(value != 0); break;
            case DType.Float16: Write<Half>().Fill((Half)value); break;
            default: Write<ushort>().Fill(Kernels.BFloat16.FromSingle((float)value)); break;
        }
    }
}
