namespace Baeum;

/// <summary>A conditional random field over a row of tags: neighbouring tags are judged together (Lafferty, McCallum and Pereira, 2001).</summary>
/// <remarks>
/// A row of tags scores start[y₁] + Σ emissions[t, yₜ] + Σ transitions[yₜ₋₁, yₜ] + end[y_T]. Its probability is exp(score) over the sum for all rows of tags, which the forward
/// algorithm adds up in time · tags² steps.
/// </remarks>
public sealed class LinearChainCrf : Module
{
    /// <summary>Draws all scores uniformly between -0.1 and 0.1.</summary>
    public LinearChainCrf(ParamScope scope, int tags) : base(scope)
    {
        Initializer small = Initializers.Uniform(-0.1, 0.1);
        Start = scope.Parameter("start_transitions", [tags], small);
        End = scope.Parameter("end_transitions", [tags], small);
        Transitions = scope.Parameter("transitions", [tags, tags], small);
    }

    /// <summary>How well each tag begins a row, [tags].</summary>
    public Tensor Start { get; }

    /// <summary>How well each tag ends a row, [tags].</summary>
    public Tensor End { get; }

    /// <summary>How well the tag of the column follows that of the row, [tags, tags].</summary>
    public Tensor Transitions { get; }

    /// <summary>The logarithm of the probability of the given tags, [batch]; train on minus its mean.</summary>
    /// <param name="emissions">How well each tag fits each place, [batch, time, tags].</param>
    /// <param name="tags">The right tags, Int64 [batch, time]; past the mask any tag.</param>
    /// <param name="mask">True for the places that count, Bool [batch, time], the first of each row among them; null: all.</param>
    public Tensor LogLikelihood(Tensor emissions, Tensor tags, Tensor? mask = null)
    {
        bool[] counts = Check(emissions, mask);
        ArgumentNullException.ThrowIfNull(tags);
        (int batch, int times, int kinds) = (emissions.Shape[0], emissions.Shape[1], emissions.Shape[2]);
        if (!tags.Shape.Equals([batch, times]))
            throw new ArgumentException($"LinearChainCrf: the tags {tags.Shape} do not fit the emissions {emissions.Shape}; give one for each place.", nameof(tags));
        Tensor present = Tensor.Wrap(counts, [batch, times]), weights = present.To(emissions.DType);
        Tensor last = Tensor.Wrap([.. Enumerable.Range(0, batch).Select(row => (long)LastOf(counts, row, times))], [batch, 1]);
        Tensor score = (emissions.Gather(2, tags.Unsqueeze(2)).Squeeze(2) * weights).Sum(1)
            + tags.Select(1, 0).Embedding(Start.Unsqueeze(1)).Squeeze(1) + tags.Gather(1, last).Squeeze(1).Embedding(End.Unsqueeze(1)).Squeeze(1);
        Tensor alpha = Start + emissions.Select(1, 0);                                       // [batch, tags]
        if (times > 1)
        {
            Tensor pairs = tags.Narrow(1, 0, times - 1) * kinds + tags.Narrow(1, 1, times - 1);
            score += (pairs.Embedding(Transitions.Reshape(kinds * kinds, 1)).Squeeze(2) * weights.Narrow(1, 1, times - 1)).Sum(1);
        }
        for (int t = 1; t < times; t++)
        {
            Tensor next = (alpha.Unsqueeze(2) + Transitions + emissions.Select(1, t).Unsqueeze(1)).LogSumExp(1);
            alpha = Tensor.Where(present.Select(1, t).Unsqueeze(1), next, alpha);
        }
        return score - (alpha + End).LogSumExp(1);
    }

    /// <summary>The most probable row of tags (Viterbi), Int64 [batch, time]; -1 past the mask.</summary>
    /// <inheritdoc cref="LogLikelihood"/>
    public Tensor Decode(Tensor emissions, Tensor? mask = null)
    {
        bool[] counts = Check(emissions, mask);
        (int batch, int times, int kinds) = (emissions.Shape[0], emissions.Shape[1], emissions.Shape[2]);
        double[] e = Numbers(emissions), start = Numbers(Start), end = Numbers(End), pairs = Numbers(Transitions);
        var best = new long[batch * times];
        Array.Fill(best, -1);
        var from = new int[times, kinds];
        for (int row = 0; row < batch; row++)
        {
            int last = LastOf(counts, row, times), offset = row * times * kinds;
            double[] scores = [.. Enumerable.Range(0, kinds).Select(tag => start[tag] + e[offset + tag])];
            for (int t = 1; t <= last; t++)
            {
                var next = new double[kinds];
                for (int to = 0; to < kinds; to++)
                {
                    int before = Enumerable.Range(0, kinds).MaxBy(tag => scores[tag] + pairs[tag * kinds + to]);
                    from[t, to] = before;
                    next[to] = scores[before] + pairs[before * kinds + to] + e[offset + t * kinds + to];
                }
                scores = next;
            }
            int chosen = Enumerable.Range(0, kinds).MaxBy(tag => scores[tag] + end[tag]);
            for (int t = last; t >= 0; t--)
            {
                best[row * times + t] = chosen;
                chosen = t > 0 ? from[t, chosen] : chosen;
            }
        }
        return Tensor.Wrap(best, [batch, times]);
    }

    private bool[] Check(Tensor emissions, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(emissions);
        if (emissions.Rank != 3 || emissions.Shape[2] != Start.Count || emissions.Shape[1] == 0)
            throw new ArgumentException($"LinearChainCrf: the emissions {emissions.Shape} are not [batch, time, {Start.Count}] with at least one place.", nameof(emissions));
        if (mask is null)
            return [.. Enumerable.Repeat(true, emissions.Shape[0] * emissions.Shape[1])];
        if (!mask.Shape.Equals([emissions.Shape[0], emissions.Shape[1]]))
            throw new ArgumentException($"LinearChainCrf: the mask {mask.Shape} does not fit the emissions {emissions.Shape}.", nameof(mask));
        bool[] counts = mask.To(DType.Bool).ToArray<bool>();
        for (int i = 0; i < counts.Length; i++)
        {
            bool first = i % emissions.Shape[1] == 0;
            if (first ? !counts[i] : counts[i] && !counts[i - 1])
                throw new ArgumentException($"LinearChainCrf: row {i / emissions.Shape[1]} of the mask does not begin with the places that count, without a gap.", nameof(mask));
        }
        return counts;
    }

    private static int LastOf(bool[] counts, int row, int times) => counts.AsSpan(row * times, times).LastIndexOf(true);

    private static double[] Numbers(Tensor tensor) => tensor.Detach().To(DType.Float64).ToArray<double>();
}
