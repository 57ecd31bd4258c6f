using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Dropout(softmax(q·kᵀ·scale + mask))·v in tiles; heads of keys and values may be shared by groups of query heads.</summary>
internal sealed class AttentionOp : Node
{
    private readonly Saved q, k, v, mask, kept, output, logSums;
    private readonly bool isCausal;
    private readonly double scale, keptScale;

    private AttentionOp(Tensor q, Tensor k, Tensor v, Tensor? mask, bool isCausal, double scale, Tensor? kept, double keptScale, Tensor output, Tensor logSums) : base([q, k, v, mask])
    {
        (this.q, this.k, this.v, this.mask, this.kept, this.output, this.logSums) = (q, k, v, mask, kept, output.Detach(), logSums);
        (this.isCausal, this.scale, this.keptScale) = (isCausal, scale, keptScale);
    }

    protected internal override bool IsDifferentiable => true;

    /// <param name="q">[batch, heads, queries, size].</param>
    /// <param name="k">[batch, key heads, keys, size]; key heads divide heads.</param>
    /// <param name="v">[batch, key heads, keys, value size].</param>
    /// <param name="mask">Added to the scores, of a shape that broadcasts to [batch, heads, queries, keys], or null.</param>
    /// <param name="isCausal">Whether query i sees keys 0 to i only.</param>
    /// <param name="scale">The factor of the scores.</param>
    /// <param name="kept">Bool [batch, heads, queries, keys], contiguous: the weights that dropout keeps; null for all.</param>
    /// <param name="keptScale">What kept weights are multiplied by.</param>
    internal static Tensor Apply(Tensor q, Tensor k, Tensor v, Tensor? mask, bool isCausal, double scale, Tensor? kept, double keptScale)
    {
        (q, k, v) = (WithRows(q), WithRows(k), WithRows(v));
        Tensor? added = Spread(mask, q.Shape[2], k.Shape[2]);
        var output = AllocateAs(q, v.Shape[3]);
        var logSums = Tensor.Allocate([q.Shape[0], q.Shape[1], q.Shape[2]], q.DType);
        AttentionSizes sizes = Describe(q, k, v, isCausal, scale);
        if (q.DType == DType.Float32) AttentionKernels.Forward(sizes, Rows<float>(q), Rows<float>(k), Rows<float>(v), Masks<float>(added, kept, keptScale), Rows<float>(output), logSums.Write<float>());
        else AttentionKernels.Forward(sizes, Rows<double>(q), Rows<double>(k), Rows<double>(v), Masks<double>(added, kept, keptScale), Rows<double>(output), logSums.Write<double>());
        bool records = Autograd.Records(q, k, v) || (mask is not null && Autograd.Records(mask));
        return records ? output.Record(new AttentionOp(q, k, v, mask, isCausal, scale, kept, keptScale, output, logSums)) : output;
    }

    private static AttentionSizes Describe(Tensor q, Tensor k, Tensor v, bool isCausal, double scale) =>
        new(q.Shape[0], q.Shape[1], k.Shape[1], q.Shape[2], k.Shape[2], q.Shape[3], v.Shape[3], scale, isCausal, Offset: 0);

    private static AttentionMasks<T> Masks<T>(Tensor? added, Tensor? kept, double keptScale) where T : unmanaged, INumber<T> =>
        new(added is null ? default : added.Read<T>(), added?.Shape[0] ?? 0, added?.Shape[1] ?? 0, kept is null ? default : kept.Read<bool>(), keptScale);

    private static HeadRows<T> Rows<T>(Tensor x) => new(x.Strided<T>(), x.StrideArray[0], x.StrideArray[1], x.StrideArray[2]);

    /// <summary>The tensor itself if the elements of each position lie side by side, as in heads cut out of a projection; else a copy.</summary>
    private static Tensor WithRows(Tensor x) => x.IsContiguous || x.Shape[3] == 1 || x.StrideArray[3] == 1 ? x : x.Contiguous();

    /// <summary>A new [batch, heads, positions, width]; where the heads of <paramref name="x"/> are a view of [batch, positions, heads, width], so
    /// are its own, and putting them together again copies nothing.</summary>
    private static Tensor AllocateAs(Tensor x, int width)
    {
        Shape shape = x.Shape.With(3, width);
        return x.IsContiguous ? Tensor.Allocate(shape, x.DType) : PermuteOp.Apply(Tensor.Allocate([shape[0], shape[2], shape[1], shape[3]], x.DType), [0, 2, 1, 3]);
    }

    /// <summary>Where queries, keys and values are pieces [batch, positions, heads, width] of one projection, so are their gradients, and the
    /// projection's gradient need not be put together.</summary>
    private static (Tensor Q, Tensor K, Tensor V) AllocateGradients(Tensor q, Tensor k, Tensor v)
    {
        Shape shape = q.Shape;
        int width = shape[1] * shape[3];
        int[] strides = [shape[2] * 3 * width, shape[3], 3 * width, 1];
        bool IsPiece(Tensor x, int i) => ReferenceEquals(x.storage, q.storage) && x.offset == q.offset + i * width && x.Shape.Equals(shape) && x.StrideArray.AsSpan().SequenceEqual(strides);
        if (!IsPiece(q, 0) || !IsPiece(k, 1) || !IsPiece(v, 2)) return (AllocateAs(q, shape[3]), AllocateAs(k, k.Shape[3]), AllocateAs(v, v.Shape[3]));
        var all = Tensor.Allocate([shape[0], shape[2], 3 * width], q.DType);
        return (all.ViewOf(shape, strides, all.offset), all.ViewOf(shape, strides, all.offset + width), all.ViewOf(shape, strides, all.offset + 2 * width));
    }

    /// <summary>[1 or batch, 1 or heads, queries, keys], contiguous.</summary>
    private static Tensor? Spread(Tensor? mask, int queries, int keys)
    {
        if (mask is null) return null;
        mask = mask.Detach();
        while (mask.Rank < 4) mask = mask.Unsqueeze(0);
        return mask.Expand(mask.Shape[0], mask.Shape[1], queries, keys).Contiguous();
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        Tensor q = this.q.Get(this), k = this.k.Get(this), v = this.v.Get(this);
        var mask = this.mask.IsPresent ? this.mask.Get(this) : null;
        var kept = this.kept.IsPresent ? this.kept.Get(this) : null;
        if (pass.CreatesGraph)
        {
            Composition.SendGradients(pass, grad, [q, k, v, mask], inputs =>
                Plain(inputs[0]!, inputs[1]!, inputs[2]!, inputs[3], isCausal, scale, kept is null ? null : weights => DropoutOp.Apply(weights, kept, keptScale)).Output);
            return;
        }
        (Tensor qGrad, Tensor kGrad, Tensor vGrad) = AllocateGradients(q, k, v);
        Tensor? added = Spread(mask, q.Shape[2], k.Shape[2]);
        Tensor? scoreGrad = pass.Needs(3) ? Tensor.Allocate([q.Shape[0], q.Shape[1], q.Shape[2], k.Shape[2]], q.DType) : null;
        if (q.DType == DType.Float32) Run<float>(WithRows(grad));
        else Run<double>(WithRows(grad));
        pass.Send(0, qGrad);
        pass.Send(1, kGrad);
        pass.Send(2, vGrad);
        if (scoreGrad is not null) pass.Send(3, scoreGrad);

        void Run<T>(Tensor dy) where T : unmanaged, INumber<T> => AttentionKernels.Backward(
            Describe(q, k, v, isCausal, scale), Rows<T>(dy), Rows<T>(q), Rows<T>(k), Rows<T>(v), Masks<T>(added, kept, keptScale), Rows<T>(output.Get(this)), logSums.Get(this).Read<T>(),
            Rows<T>(qGrad), Rows<T>(kGrad), Rows<T>(vGrad), scoreGrad is null ? default : scoreGrad.Write<T>());
    }

    /// <summary>The same from elementary operations, with the weights [batch, heads, queries, keys] before dropout.</summary>
    internal static (Tensor Output, Tensor Weights) Plain(Tensor q, Tensor k, Tensor v, Tensor? mask, bool isCausal, double scale, Func<Tensor, Tensor>? dropout)
    {
        (k, v) = (Repeat(k, q.Shape[1]), Repeat(v, q.Shape[1]));
        var scores = q.MatMul(k.MT) * scale;
        if (mask is not null) scores += mask;
        if (isCausal) scores = scores.MaskedFill(Tensor.Ones([q.Shape[2], k.Shape[2]], DType.Bool).Triu(1), double.NegativeInfinity);
        // A row that sees nothing would be 0 / 0; it gets no weights at all.
        Tensor? blind = mask is null || k.Shape[2] == 0 ? null : scores.Detach().AMax(-1, keepDim: true).Eq(double.NegativeInfinity);
        if (blind is not null) scores = scores.MaskedFill(blind, 0);
        var weights = scores.Softmax(-1);
        if (blind is not null) weights = weights.MaskedFill(blind, 0);
        return ((dropout is null ? weights : dropout(weights)).MatMul(v), weights);
    }

    /// <summary>Keys or values with each head repeated for its group of query heads.</summary>
    private static Tensor Repeat(Tensor x, int heads) => x.Shape[1] == heads
        ? x
        : x.Unsqueeze(2).Expand(x.Shape[0], x.Shape[1], heads / x.Shape[1], x.Shape[2], x.Shape[3]).Reshape(x.Shape[0], heads, x.Shape[2], x.Shape[3]);
}
