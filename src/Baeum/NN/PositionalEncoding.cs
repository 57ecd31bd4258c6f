using System.Globalization;

namespace Baeum;

/// <summary>Adds sines and cosines of the position to every feature (Vaswani and others, 2017), then drops out.</summary>
public sealed class PositionalEncoding : Layer
{
    private readonly Tensor table;
    private readonly double dropout;
    private readonly bool batchFirst;

    /// <param name="scope">Where the layer stands; it has no parameters, its dropout draws from the scope's generator.</param>
    /// <param name="modelSize">Features of a position.</param>
    /// <param name="longest">The most positions.</param>
    /// <param name="dropout">Share dropped in training.</param>
    /// <param name="batchFirst">Whether sequences are [batch, time, features] rather than [time, batch, features].</param>
    public PositionalEncoding(ParamScope scope, int modelSize, int longest = 5000, double dropout = 0.1, bool batchFirst = true) : base(scope)
    {
        (this.dropout, this.batchFirst) = (dropout, batchFirst);
        table = Table(longest, modelSize, scope.DType);
    }

    /// <summary>[length, size]: sin(position / 10000^(2i/size)) at feature 2i, the cosine at feature 2i + 1.</summary>
    public static Tensor Table(int length, int size, DType dtype = DType.Float32)
    {
        if (length < 0 || size < 0) throw new ArgumentException($"PositionalEncoding: length {length} and size {size} must not be negative.");
        var values = new double[(long)length * size];
        for (int position = 0; position < length; position++)
        {
            for (int i = 0; i < size; i++)
            {
                double angle = position * Math.Exp(-(i & ~1) * Math.Log(10000) / size);
                values[position * size + i] = (i & 1) == 0 ? Math.Sin(angle) : Math.Cos(angle);
            }
        }
        return Tensor.Wrap(values, [length, size]).To(dtype);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        int length = x.Shape[batchFirst || x.Rank == 2 ? ^2 : 0];
        if (length > table.Shape[0] || x.Shape[^1] != table.Shape[1])
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"PositionalEncoding: the input {x.Shape} has {length} positions of {x.Shape[^1]} features, the table {table.Shape[0]} of {table.Shape[1]}."));
        var positions = table.Narrow(0, 0, length);
        var y = x + (batchFirst || x.Rank == 2 ? positions : positions.Unsqueeze(1));
        return dropout > 0 ? y.Dropout(dropout, Scope!.Generator, IsTraining) : y;
    }
}
