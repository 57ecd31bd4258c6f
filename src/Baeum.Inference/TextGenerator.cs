using Baeum.Models;

namespace Baeum.Inference;

/// <summary>Lets models go on with texts: greedily, by drawing, or by beam search, each new piece at the cost of one position.</summary>
public static partial class TextGenerator
{
    /// <summary>Goes on with texts.</summary>
    /// <param name="model">The model; it is set to evaluation for the time.</param>
    /// <param name="ids">Int64 [batch, time]: the prompts, shorter ones padded on the left.</param>
    /// <param name="attentionMask">[batch, time]: 1 for a piece, 0 for padding; null: no padding.</param>
    /// <param name="options">How.</param>
    /// <returns>Int64 [batch, time + new]: prompts and what follows, padded behind the ends.</returns>
    /// <exception cref="ArgumentException">The prompts or options make no sense.</exception>
    public static Tensor Generate(ILanguageModel model, Tensor ids, Tensor? attentionMask, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        int[][] prompts = Rows(ids);
        int length = ids.Shape[1];
        if (length + options.MaxNewTokens > model.PositionCount + 1)
            throw new ArgumentException($"Generate: {length} pieces and up to {options.MaxNewTokens} new ones are more than the model's {model.PositionCount} positions; shorten the prompt or MaxNewTokens.", nameof(options));
        int[][]? masks = attentionMask is null ? null : Rows(attentionMask);
        if (masks is not null && masks.All(row => row.All(one => one != 0))) masks = null;
        return Run(model as Module, () => Search(prompts, options, length, (rows, origin, cache) =>
        {
            int past = cache.Length, fresh = rows[0].Length - past;
            if (masks is null) return model.Next(Newest(rows, fresh), null, null, cache);
            // generated pieces are all seen; a piece's place counts the seen pieces before it
            var mask = new long[rows.Length * rows[0].Length];
            var places = new long[rows.Length * fresh];
            for (int row = 0; row < rows.Length; row++)
            {
                long place = -1;
                for (int t = 0; t < rows[row].Length; t++)
                {
                    long seen = t < length ? masks[origin[row]][t] : 1;
                    mask[row * rows[row].Length + t] = seen;
                    place += seen;
                    if (t >= past) places[row * fresh + t - past] = Math.Max(0, place);
                }
            }
            return model.Next(Newest(rows, fresh), Tensor.From(mask).Reshape(rows.Length, -1), Tensor.From(places).Reshape(rows.Length, fresh), cache);
        }));
    }

    /// <summary>Answers texts with an encoder and a decoder, as a translator does.</summary>
    /// <param name="model">The model; it is set to evaluation for the time.</param>
    /// <param name="ids">Int64 [batch, source time].</param>
    /// <param name="attentionMask">[batch, source time]: 1 for a piece, 0 for padding; null: no padding.</param>
    /// <param name="options">How; the model's end and padding stand in for those not given.</param>
    /// <returns>Int64 [batch, 1 + new]: the start and what follows, padded behind the ends.</returns>
    /// <exception cref="ArgumentException">The texts or options make no sense.</exception>
    public static Tensor Generate(T5ForConditionalGeneration model, Tensor ids, Tensor? attentionMask, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(options);
        if (options.EndIds.Count == 0) options = options with { EndIds = [model.Sizes.EndId], PaddingId = model.Sizes.PaddingId };
        options.Check();
        var starts = Enumerable.Range(0, ids.Shape[0]).Select(_ => new[] { model.Sizes.StartId }).ToArray();
        return Run(model, () =>
        {
            // beams of a text share its encoding, and a search never moves a beam to another text
            var each = Tensor.From([.. starts.SelectMany((_, text) => Enumerable.Repeat((long)text, options.BeamCount))]);
            Tensor encoded = model.Encode(ids, attentionMask).IndexSelect(0, each);
            Tensor? mask = attentionMask?.IndexSelect(0, each);
            return Search(starts, options, 1, (rows, _, cache) => model.Decode(Newest(rows, rows[0].Length - cache.Length), encoded, mask, cache));
        });
    }

    /// <summary>Scores of all new positions: rows so far, the text that each row belongs to, and the cache.</summary>
    internal delegate Tensor Step(int[][] rows, int[] origin, KeyValueCache cache);

    private static int[][] Search(int[][] prompts, GenerationOptions options, int promptLength, Step step) =>
        options.BeamCount > 1 ? new BeamSearch(prompts, options, promptLength, step).Run() : Walk(prompts, options, promptLength, step);

    private static Tensor Run(Module? model, Func<int[][]> search)
    {
        bool wasTraining = model?.IsTraining == true;
        model?.Eval();
        try
        {
            using var quiet = Autograd.NoGrad();
            int[][] rows = search();
            return Tensor.From([.. rows.SelectMany(row => row).Select(id => (long)id)]).Reshape(rows.Length, rows[0].Length);
        }
        finally
        {
            if (wasTraining) model!.Train();
        }
    }

    private static int[][] Walk(int[][] rows, GenerationOptions options, int promptLength, Step step)
    {
        using var cache = new KeyValueCache();
        int[] origin = [.. Enumerable.Range(0, rows.Length)];
        var finished = new bool[rows.Length];
        rows = [.. rows];
        for (int made = 0; made < options.MaxNewTokens && !finished.All(done => done); made++)
        {
            float[][] scores = Last(step, rows, origin, cache, asLogarithms: false);
            for (int row = 0; row < rows.Length; row++)
            {
                int id = options.PaddingId;
                if (!finished[row])
                {
                    Scores.Process(scores[row], rows[row], promptLength, options);
                    id = options.Sample ? Scores.Draw(scores[row], options) : Scores.Best(scores[row]);
                    finished[row] = options.EndIds.Contains(id);
                    if (options.OnToken?.Invoke(row, id) == false) made = options.MaxNewTokens;
                }
                rows[row] = [.. rows[row], id];
            }
        }
        return rows;
    }

    /// <summary>The scores behind the last piece of each row, or the logarithms of the probabilities; the step's other tensors are given back.</summary>
    internal static float[][] Last(Step step, int[][] rows, int[] origin, KeyValueCache cache, bool asLogarithms)
    {
        using var scope = TensorScope.Begin();
        Tensor logits = step(rows, origin, cache);
        cache.Keep(scope);
        Tensor last = logits.Select(1, logits.Shape[1] - 1).To(DType.Float32);
        float[] all = (asLogarithms ? last.LogSoftmax(-1) : last).ToArray<float>();
        int pieces = last.Shape[1];
        return [.. rows.Select((_, row) => all.AsSpan(row * pieces, pieces).ToArray())];
    }

    private static Tensor Newest(int[][] rows, int count) => Tensor.From([.. rows.SelectMany(row => row[^count..]).Select(id => (long)id)]).Reshape(rows.Length, count);

    private static int[][] Rows(Tensor x)
    {
        if (x.Rank != 2 || x.Count == 0) throw new ArgumentException($"Generate: the prompts {x.Shape} must be [batch, time] with at least one piece.", nameof(x));
        return [.. x.To(DType.Int64).ToArray<long>().Select(id => (int)id).Chunk(x.Shape[1])];
    }
}
