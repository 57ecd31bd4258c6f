namespace Baeum.Inference;

/// <summary>What changes the scores of the next piece before one is chosen.</summary>
internal static class Scores
{
    /// <summary>Applies penalties and prohibitions to the scores of one row.</summary>
    /// <param name="scores">A score for each piece; changed in place.</param>
    /// <param name="sequence">The row so far, prompt and generated pieces.</param>
    /// <param name="promptLength">How many of them are the prompt.</param>
    /// <param name="options">What is asked for.</param>
    internal static void Process(Span<float> scores, ReadOnlySpan<int> sequence, int promptLength, GenerationOptions options)
    {
        if (options.RepetitionPenalty != 1)
        {
            float penalty = (float)options.RepetitionPenalty;
            foreach (int id in new HashSet<int>(sequence.ToArray())) scores[id] = scores[id] < 0 ? scores[id] * penalty : scores[id] / penalty;
        }
        if (options.PresencePenalty != 0 || options.FrequencyPenalty != 0)
        {
            var counts = new Dictionary<int, int>();
            foreach (int id in sequence[promptLength..]) counts[id] = counts.GetValueOrDefault(id) + 1;
            foreach (var (id, count) in counts) scores[id] -= (float)(options.PresencePenalty + count * options.FrequencyPenalty);
        }
        if (options.NoRepeatNgramSize > 0) Forbid(scores, sequence, options.NoRepeatNgramSize);
        if (sequence.Length - promptLength < options.MinNewTokens)
        {
            foreach (int id in options.EndIds) scores[id] = float.NegativeInfinity;
        }
    }

    /// <summary>Forbids the pieces that would complete a sequence of <paramref name="size"/> pieces that occurs already.</summary>
    private static void Forbid(Span<float> scores, ReadOnlySpan<int> sequence, int size)
    {
        if (sequence.Length + 1 < size) return;
        ReadOnlySpan<int> last = sequence[(sequence.Length - size + 1)..];
        for (int start = 0; start + size <= sequence.Length; start++)
        {
            if (sequence.Slice(start, size - 1).SequenceEqual(last)) scores[sequence[start + size - 1]] = float.NegativeInfinity;
        }
    }

    /// <summary>The piece of the highest score, the first of equals.</summary>
    internal static int Best(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best]) best = i;
        }
        return best;
    }

    /// <summary>Draws a piece by the probabilities that temperature, top-k, top-p and min-p leave.</summary>
    internal static int Draw(ReadOnlySpan<float> scores, GenerationOptions options)
    {
        var candidates = new (float Score, int Id)[scores.Length];
        for (int i = 0; i < scores.Length; i++) candidates[i] = (scores[i], i);
        int kept = candidates.Length;
        Array.Sort(candidates, (a, b) => b.Score != a.Score ? b.Score.CompareTo(a.Score) : a.Id.CompareTo(b.Id));
        if (options.TopK > 0) kept = Math.Min(kept, options.TopK);
        var weights = new double[kept];
        double total = 0;
        for (int i = 0; i < kept; i++) total += weights[i] = Math.Exp((candidates[i].Score - candidates[0].Score) / options.Temperature);
        if (options.TopP < 1)
        {
            double reached = 0;
            int enough = 0;
            while (enough < kept && reached < options.TopP * total) reached += weights[enough++];
            kept = Math.Max(1, enough);
        }
        // the best piece has the weight 1
        if (options.MinP > 0)
        {
            while (kept > 1 && weights[kept - 1] < options.MinP) kept--;
        }
        double sum = 0;
        for (int i = 0; i < kept; i++) sum += weights[i];
        double draw = options.Generator!.NextDouble() * sum;
        for (int i = 0; i < kept; i++)
        {
            draw -= weights[i];
            if (draw < 0) return candidates[i].Id;
        }
        return candidates[kept - 1].Id;
    }
}
