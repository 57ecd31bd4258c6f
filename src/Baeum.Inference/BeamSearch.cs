using Baeum.Models;

namespace Baeum.Inference;

/// <summary>
/// Beam search as transformers defines it: each text keeps its best running beams and its best finished ones; a candidate that ends is
/// taken up only from the best <see cref="GenerationOptions.BeamCount"/> candidates, and finished beams compare by score / length^penalty.
/// </summary>
internal sealed class BeamSearch
{
    private readonly GenerationOptions options;
    private readonly TextGenerator.Step step;
    private readonly int promptLength, beams;
    private readonly Beam[][] running, finished;

    internal BeamSearch(int[][] prompts, GenerationOptions options, int promptLength, TextGenerator.Step step)
    {
        (this.options, this.step, this.promptLength, beams) = (options, step, promptLength, options.BeamCount);
        // all beams of a text start equal: the first alone may go on, or the same text would be found many times
        running = [.. prompts.Select(prompt => Enumerable.Range(0, beams).Select(beam => new Beam(prompt, beam == 0 ? 0 : -1e9f)).ToArray())];
        finished = [.. prompts.Select(_ => Array.Empty<Beam>())];
    }

    internal int[][] Run()
    {
        using var cache = new KeyValueCache();
        int[] origin = [.. Enumerable.Range(0, running.Length).SelectMany(text => Enumerable.Repeat(text, beams))];
        var settled = new bool[running.Length];
        for (int made = 1; made <= options.MaxNewTokens; made++)
        {
            float[][] scores = TextGenerator.Last(step, [.. running.SelectMany(list => list).Select(beam => beam.Ids)], origin, cache, asLogarithms: true);
            var sources = new int[origin.Length];
            for (int text = 0; text < running.Length; text++)
            {
                Advance(text, scores.AsSpan(text * beams, beams), made, settled[text], sources.AsSpan(text * beams, beams));
                settled[text] |= IsSettled(text, made);
            }
            if (settled.All(done => done)) break;
            cache.Reorder(sources, staysWithText: true);
        }
        int[][] best = [.. finished.Select(list => list[0].Ids)];
        int longest = best.Max(ids => ids.Length);
        return [.. best.Select(ids => (int[])[.. ids, .. Enumerable.Repeat(options.PaddingId, longest - ids.Length)])];
    }

    private void Advance(int text, Span<float[]> scores, int made, bool isSettled, Span<int> sources)
    {
        var candidates = new List<(float Score, int Beam, int Id)>();
        for (int beam = 0; beam < beams; beam++)
        {
            float[] row = scores[beam];
            Scores.Process(row, running[text][beam].Ids, promptLength, options);
            float before = running[text][beam].Score;
            // more than these of one beam can never be among the best of all
            foreach (int id in Largest(row, Kept)) candidates.Add((before + row[id], beam, id));
        }
        var best = candidates.OrderByDescending(candidate => candidate.Score).ThenBy(candidate => candidate.Beam).ThenBy(candidate => candidate.Id).Take(Kept).ToArray();
        bool isLast = made == options.MaxNewTokens;
        var ended = new List<Beam>(finished[text]);
        var going = new List<(Beam Beam, int Source)>();
        for (int rank = 0; rank < best.Length; rank++)
        {
            var (score, source, id) = best[rank];
            var beam = new Beam([.. running[text][source].Ids, id], score);
            bool ends = isLast || options.EndIds.Contains(id);
            if (!ends) going.Add((beam, source));
            else if (rank < beams && !isSettled) ended.Add(beam with { Score = score / (float)Math.Pow(made, options.LengthPenalty) });
        }
        finished[text] = [.. ended.OrderByDescending(beam => beam.Score).Take(beams)];
        for (int beam = 0; beam < beams; beam++)
        {
            // where every candidate ended, the beams no longer matter but must be there
            var (next, source) = beam < going.Count ? going[beam] : (new Beam([.. running[text][0].Ids, options.PaddingId], -1e9f), 0);
            sources[beam] = text * beams + source;
            running[text][beam] = next;
        }
    }

    /// <summary>Twice the beams, and more with several ends, so that enough remain where some end.</summary>
    private int Kept => Math.Max(2, 1 + options.EndIds.Count) * beams;

    private bool IsSettled(int text, int made)
    {
        if (finished[text].Length < beams) return false;
        if (options.EarlyStopping == BeamStopping.WhenFull) return true;
        int length = options.EarlyStopping == BeamStopping.Never && options.LengthPenalty > 0 ? options.MaxNewTokens : made;
        return running[text].Max(beam => beam.Score) / (float)Math.Pow(length, options.LengthPenalty) <= finished[text][^1].Score;
    }

    private static IEnumerable<int> Largest(float[] row, int count)
    {
        var queue = new PriorityQueue<int, (float, int)>();
        for (int i = 0; i < row.Length; i++)
        {
            if (queue.Count < count) queue.Enqueue(i, (row[i], -i));
            else if (row[i] > row[queue.Peek()]) queue.EnqueueDequeue(i, (row[i], -i));
        }
        return queue.UnorderedItems.Select(item => item.Element);
    }

    private sealed record Beam(int[] Ids, float Score);
}
