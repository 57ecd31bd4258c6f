using System.Text.Json;
using Baeum.Models;
using Baeum.Text;

namespace Baeum.Recipes;

/// <summary>
/// BERT from nothing: hidden pieces and next sentences at once, on documents of one or several languages, with a vocabulary of their own.
/// </summary>
public sealed class PretrainingTask : RecipeTask
{
    private const int EvaluationBatchSize = 64;
    private readonly BertConfig sizes;
    private readonly int maxLength, heldOut, passageLength, evaluationPairs;
    private readonly double probability;
    private readonly bool halfPrecision;
    private readonly string textField;
    private BertForPreTraining bert = null!;
    private Tokenizer tokenizer = null!;
    private Language[] languages = [];
    private MaskedLanguageCollator collator = null!;

    /// <summary>Reads the recipe.</summary>
    /// <exception cref="RecipeException">A key or value is wrong.</exception>
    public PretrainingTask(Recipe recipe, string dataFolder) : base(recipe, dataFolder)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Files = recipe.Data.Words("documents");
        textField = recipe.Data.Word("field", "text");
        maxLength = recipe.Data.Int("max_length", 64, least: 8);
        heldOut = recipe.Data.Int("held_out_percent", 5, most: 50);
        passageLength = recipe.Data.Int("passage", 80);
        probability = recipe.Data.Number("masked_share", 0.15, least: 0.01, most: 0.9);
        sizes = BertSizes.Read(recipe.Model);
        if (maxLength > sizes.PositionCount) throw recipe.Data.Error("max_length", FormattableString.Invariant($"{maxLength} pieces are more than model.positions, {sizes.PositionCount}."));
        halfPrecision = recipe.Model.Flag("half_precision", false);
        evaluationPairs = recipe.Evaluation.Int("pairs", 1000);
    }

    private IReadOnlyList<string> Files { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Measures => ["validation.loss", "validation.masked_accuracy", "validation.next_sentence_accuracy"];

    /// <inheritdoc/>
    public override int ExampleCount => languages.Sum(language => language.Train.Count);

    /// <inheritdoc/>
    public override void Prepare(CancellationToken cancellation)
    {
        List<List<string>>[] documents = [.. Files.Select(name => Documents(DataFile("documents", name)))];
        // pages at even distances are held out: the same pages in every language, so that none is known from its translation
        bool IsHeldOut(int page) => page * heldOut % 100 < heldOut;
        var trainer = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = sizes.VocabularySize, Lowercase = true };
        tokenizer = trainer.Train(documents.SelectMany(pages => pages.Where((_, page) => !IsHeldOut(page))).SelectMany(page => page), cancellation: cancellation);
        tokenizer.Truncation = new TokenTruncation(maxLength);
        bert = new BertForPreTraining(ParamScope.Random(new PhiloxRandom(Seed)), sizes with { VocabularySize = tokenizer.VocabularySize });
        Model = bert;
        languages = [.. documents.Select(pages => new Language(
            new NextSentencePairs<string>([.. pages.Where((_, page) => !IsHeldOut(page))]),
            new NextSentencePairs<string>([.. pages.Where((_, page) => IsHeldOut(page))])))];
        collator = Collator();
    }

    /// <inheritdoc/>
    public override Tensor Loss(int[] examples)
    {
        var pairs = examples.Select(example =>
        {
            int language = 0;
            for (; example >= languages[language].Train.Count; language++) example -= languages[language].Train.Count;
            return languages[language].Train.Draw(example, Generator);
        }).ToArray();
        var (masked, next, _) = Losses(pairs, collator, Generator);
        return masked + next;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeFigure> Evaluate(bool isFinal, CancellationToken cancellation)
    {
        // the same pairs and masks each time, whatever the training has drawn
        var generator = new PhiloxRandom(Seed + 2);
        MaskedLanguageCollator own = Collator();
        var pairs = languages.SelectMany(language => generator.Permutation(language.Validation.Count).Take(evaluationPairs / languages.Length).Select(place => language.Validation.Draw(place, generator))).ToArray();
        double loss = 0;
        long masked = 0, right = 0, follows = 0;
        var targets = new Dictionary<long, int>();
        foreach (var some in pairs.Chunk(EvaluationBatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = TensorScope.Begin();
            var (maskedLoss, nextLoss, found) = Losses(some, own, generator);
            loss += (maskedLoss.Item() + nextLoss.Item()) * some.Length;
            masked += found.MaskedRight;
            follows += found.NextRight;
            right += found.Targets.Length;
            foreach (long target in found.Targets) targets[target] = targets.GetValueOrDefault(target) + 1;
        }
        List<RecipeFigure> figures =
        [
            new("validation.loss", loss / pairs.Length),
            new("validation.masked_accuracy", (double)masked / right),
            new("validation.next_sentence_accuracy", (double)follows / pairs.Length),
        ];
        if (!isFinal) return figures;
        int positive = pairs.Count(pair => pair.Follows);
        MaskingCounts counts = own.Counts;
        return
        [
            .. figures,
            new("majority.masked_accuracy", (double)targets.Values.Max() / right),
            new("majority.next_sentence_accuracy", (double)Math.Max(positive, pairs.Length - positive) / pairs.Length),
            new("masking.chosen_share", (double)counts.Chosen / counts.Pieces),
            new("masking.masked_share", (double)counts.Masked / counts.Chosen),
            new("masking.replaced_share", (double)counts.Replaced / counts.Chosen),
            new("masking.kept_share", (double)counts.Kept / counts.Chosen),
        ];
    }

    /// <inheritdoc/>
    public override void Save(string folder) => bert.Save(folder, tokenizer, halfPrecision);

    private MaskedLanguageCollator Collator() => new(tokenizer.SpecialId("mask_token")!.Value, tokenizer.VocabularySize, probability);

    private (Tensor Masked, Tensor Next, (long[] Targets, int MaskedRight, int NextRight) Found) Losses((string First, string Second, bool Follows)[] pairs, MaskedLanguageCollator hides, RandomGenerator generator)
    {
        MaskedBatch batch = hides.Collate(tokenizer.EncodeBatch([.. pairs.Select(pair => (pair.First, pair.Second))]), generator);
        var (predictions, relationship) = bert.Forward(batch.Input, batch.Places);                      // [chosen, V], [B, 2]
        long[] next = [.. pairs.Select(pair => pair.Follows ? 0L : 1L)];
        var found = (Targets: Array.Empty<long>(), MaskedRight: 0, NextRight: 0);
        if (!bert.IsTraining) found = (batch.Targets.ToArray<long>(), Hits(predictions, batch.Targets.ToArray<long>()), Hits(relationship, next));
        return (predictions.CrossEntropy(batch.Targets), relationship.CrossEntropy(Tensor.From(next)), found);
    }

    private static int Hits(Tensor scores, long[] targets) => scores.ArgMax(1).ToArray<long>().Zip(targets).Count(pair => pair.First == pair.Second);

    /// <summary>The documents of a file of JSON lines, cut into passages: a line alone is often a heading that could follow anything.</summary>
    private List<List<string>> Documents(string path)
    {
        var documents = new List<List<string>>();
        foreach (JsonElement line in JsonLines.Read(path))
        {
            if (line.ValueKind != JsonValueKind.Object || !line.TryGetProperty(textField, out JsonElement text) || text.ValueKind != JsonValueKind.String)
                throw new RecipeException($"{path}: document {documents.Count + 1} has no text in the field '{textField}'.");
            documents.Add(Passages(text.GetString()!));
        }
        return documents;
    }

    private List<string> Passages(string text)
    {
        var passages = new List<string>();
        string passage = "";
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            passage = passage.Length == 0 ? line : $"{passage} {line}";
            if (passage.Length < passageLength) continue;
            passages.Add(passage);
            passage = "";
        }
        return passages;
    }

    private sealed record Language(NextSentencePairs<string> Train, NextSentencePairs<string> Validation);
}
