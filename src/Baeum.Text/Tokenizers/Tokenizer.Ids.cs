namespace Baeum.Text;

/// <content>Ids alone: what training and inference need most, many times faster than a full encoding.</content>
public sealed partial class Tokenizer
{
    // stands for the text while the post-processor shows what it puts around it
    private const int Mark = -1;

    /// <summary>A text's ids, the same as <see cref="Encode(string, bool)"/> gives (cut by <see cref="Truncation"/>, not padded), without offsets and strings.</summary>
    public int[] EncodeToIds(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        Workspace workspace = Rent();
        try
        {
            workspace.Ids.Clear();
            AddIds(text, addSpecialTokens, workspace);
            return workspace.Ids.Items.ToArray();
        }
        finally
        {
            workspaces.Add(workspace);
        }
    }

    /// <summary>How many tokens a text has, special ones not counted.</summary>
    public int CountTokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Workspace workspace = Rent();
        try
        {
            workspace.Ids.Clear();
            AddIds(text, addSpecialTokens: false, workspace);
            return workspace.Ids.Count;
        }
        finally
        {
            workspaces.Add(workspace);
        }
    }

    /// <summary>The ids of many texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="addSpecialTokens">False to leave out what the post-processor adds.</param>
    /// <param name="threads">How many threads work; 0: one a core.</param>
    public int[][] EncodeToIdsBatch(IReadOnlyList<string> texts, bool addSpecialTokens = true, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        var results = new int[texts.Count][];
        threads = Math.Min(threads == 0 ? Environment.ProcessorCount : threads, Math.Max(1, texts.Count));
        if (threads == 1)
        {
            Encode(0, texts.Count);
            return results;
        }
        // small enough shares that no thread waits long for the last
        int share = Math.Clamp(texts.Count / (8 * threads), 1, 1024), next = 0;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            int start;
            while ((start = Interlocked.Add(ref next, share) - share) < texts.Count)
                Encode(start, Math.Min(start + share, texts.Count));
        });
        return results;

        void Encode(int start, int end)
        {
            Workspace workspace = Rent();
            try
            {
                for (int i = start; i < end; i++)
                {
                    workspace.Ids.Clear();
                    AddIds(texts[i] ?? throw new ArgumentNullException(nameof(texts), $"Text {i} is null."), addSpecialTokens, workspace);
                    results[i] = workspace.Ids.Items.ToArray();
                }
            }
            finally
            {
                workspaces.Add(workspace);
            }
        }
    }

    private void AddIds(string text, bool addSpecialTokens, Workspace workspace)
    {
        IdList ids = workspace.Ids;
        (int[] Before, int[] After)? around = addSpecialTokens ? frame.Value : ([], []);
        if (fast is null || around is null || !suspects.SurelyAbsent(text))
        {
            ids.Add(Finish(text, null, addSpecialTokens).ToArray());
            return;
        }
        (int[] before, int[] after) = around.Value;
        int start = ids.Count;
        ids.Add(before);
        text = Surrogates.Repair(text);
        if (rawTokens.SurelyAbsent(text) && (Normalizer is not null || normalizedTokens.SurelyAbsent(text)))
            fast.Encode(text, first: true, workspace);
        else
            AddBetweenTokens(text, workspace);
        if (Truncation is not null)
            Cut(ids, start + before.Length, Math.Max(0, Truncation.MaxLength - before.Length - after.Length), Truncation.Left);
        ids.Add(after);
    }

    private void AddBetweenTokens(string text, Workspace workspace)
    {
        foreach ((int start, int end, AddedToken? token) in rawTokens.Split(text))
        {
            if (token is not null)
                workspace.Ids.Add(token.Id);
            else
                AddAfterNormalizing(text.AsSpan(start, end - start), start == 0, workspace);
        }
    }

    // with a normalizer, none of its tokens stands in the text; without one the text itself is the normalised text
    private void AddAfterNormalizing(ReadOnlySpan<char> text, bool first, Workspace workspace)
    {
        if (normalizedTokens.IsEmpty || Normalizer is not null)
        {
            fast!.Encode(text, first, workspace);
            return;
        }
        foreach ((int start, int end, AddedToken? token) in normalizedTokens.Split(text))
        {
            if (token is not null)
                workspace.Ids.Add(token.Id);
            else
                fast!.Encode(text[start..end], first && start == 0, workspace);
        }
    }

    private static void Cut(IdList ids, int start, int length, bool left)
    {
        int excess = ids.Count - start - length;
        if (excess <= 0)
            return;
        if (left)
            ids.RemoveAt(start, excess);
        else
            ids.Truncate(start + length);
    }

    // null when the post-processor does more than to write ids around the text
    private (int[] Before, int[] After)? FindFrame()
    {
        if (PostProcessor is null)
            return ([], []);
        int[] framed = Encoding.Join(PostProcessor.Apply([new Encoding([Mark], [""], [(0, 0)], [null], 0, 0)], addSpecialTokens: true)).ToArray();
        int at = Array.IndexOf(framed, Mark);
        return at < 0 || Array.LastIndexOf(framed, Mark) != at || framed.Length - 1 != PostProcessor.AddedTokens(pair: false) ? null : (framed[..at], framed[(at + 1)..]);
    }
}
