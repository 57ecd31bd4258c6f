using System.Globalization;
using Baeum.Inference;
using Baeum.Models;
using Baeum.Text;
using Pairs = System.Collections.Generic.List<(string Source, string Target)>;

namespace Baeum.Recipes;

/// <summary>Translates: a folder with a T5 is fine-tuned, or a small T5 with a vocabulary of its own for both languages begins from nothing.</summary>
public sealed class TranslationTask : RecipeTask
{
    private const string Padding = "<pad>", End = "</s>";
    private readonly Source[] trainFiles;
    private readonly Source? heldOutFile;
    private readonly Source validationFile, testFile;
    private readonly int heldOutCount, maxLength, beams, noRepeatNgram, sample;
    private readonly double lengthPenalty;
    private readonly int? batchPieces;
    private readonly bool isFromFolder, halfPrecision;
    private readonly double labelSmoothing;
    private readonly T5Config? newModel;
    private Pairs validation = null!, test = null!, heldOut = [];
    private int[][] sources = null!, targets = null!;
    private Translator translator = null!;

    /// <summary>Reads the recipe.</summary>
    /// <exception cref="RecipeException">A key or value is wrong.</exception>
    public TranslationTask(Recipe recipe, string dataFolder) : base(recipe, dataFolder)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        trainFiles = [.. recipe.Data.Words("train").Select(name => Source.Parse(recipe.Data, "train", name))];
        (validationFile, testFile) = (Source.Parse(recipe.Data, "validation", recipe.Data.Word("validation")), Source.Parse(recipe.Data, "test", recipe.Data.Word("test")));
        heldOutFile = recipe.Data.Has("held_out_from") ? Source.Parse(recipe.Data, "held_out_from", recipe.Data.Word("held_out_from")) : null;
        heldOutCount = heldOutFile is null ? 0 : recipe.Data.Int("held_out");
        maxLength = recipe.Data.Int("max_length", 100, least: 2);
        halfPrecision = recipe.Model.Flag("half_precision", false);
        labelSmoothing = recipe.Optimizer.Number("label_smoothing", 0, most: 0.99);
        batchPieces = recipe.Optimizer.Has("batch_pieces") ? recipe.Optimizer.Int("batch_pieces", least: 8) : null;
        beams = recipe.Evaluation.Int("beams", 1, most: 64);
        noRepeatNgram = recipe.Evaluation.Int("no_repeat_ngram", 0, least: 0);
        lengthPenalty = recipe.Evaluation.Number("length_penalty", 1);
        foreach (string key in (string[])["no_repeat_ngram", "length_penalty"])
        {
            if (beams == 1 && recipe.Evaluation.Has(key)) throw recipe.Evaluation.Error(key, "belongs to a beam search; set beams above 1.");
        }
        sample = recipe.Evaluation.Int("sample", int.MaxValue);
        isFromFolder = recipe.Model.Has("from");
        if (!isFromFolder) newModel = ReadSizes(recipe.Model);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Measures => ["validation.chrf", "validation.bleu", "validation.character_bleu", "validation.loss"];

    /// <inheritdoc/>
    public override int ExampleCount => sources.Length;

    private T5ForConditionalGeneration T5 => translator.Model;

    /// <inheritdoc/>
    public override int Length(int example) => sources[example].Length + targets[example].Length;

    /// <inheritdoc/>
    public override IReadOnlyCollection<int[]> Batches(int batchSize, bool groupByLength, RandomGenerator order) => batchPieces is { } budget
        ? new PieceBudgetBatches([.. sources.Zip(targets, (source, target) => (source.Length, target.Length))], budget, order)
        : base.Batches(batchSize, groupByLength, order);

    /// <inheritdoc/>
    public override ParameterGroups Parameters(double learningRate, double weightDecay) =>
        isFromFolder ? base.Parameters(learningRate, weightDecay) : T5RateGroups.Of(T5, learningRate, weightDecay);

    /// <inheritdoc/>
    public override void Prepare(CancellationToken cancellation)
    {
        (validation, test) = (Read(validationFile, "validation"), Read(testFile, "test"));
        var pairs = new Pairs();
        foreach (Source file in trainFiles)
        {
            Pairs own = Read(file, "train");
            if (file == heldOutFile)
            {
                if (heldOutCount > own.Count / 2) throw Recipe.Data.Error("held_out", string.Create(CultureInfo.InvariantCulture, $"{heldOutCount} of {own.Count} pairs are too many; at least half must be left to learn from."));
                (heldOut, own) = ParallelTexts.HoldOut(own, heldOutCount);
            }
            pairs.AddRange(own);
        }
        if (heldOutFile is { } asked && !trainFiles.Contains(asked)) throw Recipe.Data.Error("held_out_from", $"'{asked.Name}' is not among the files of data.train.");
        translator = isFromFolder ? Load() : Create(pairs, cancellation);
        Model = T5;
        int[][] both = translator.Encode([.. pairs.Select(pair => pair.Source), .. pairs.Select(pair => pair.Target)]);
        // what is cut would teach the model to stop in mid-sentence
        int[] kept = [.. Enumerable.Range(0, pairs.Count).Where(i => both[i].Length <= maxLength && both[pairs.Count + i].Length <= maxLength)];
        if (kept.Length == 0) throw Recipe.Data.Error("max_length", string.Create(CultureInfo.InvariantCulture, $"none of the {pairs.Count} pairs has at most {maxLength} pieces on both sides."));
        (sources, targets) = ([.. kept.Select(i => both[i])], [.. kept.Select(i => both[pairs.Count + i])]);
    }

    /// <inheritdoc/>
    public override Tensor Loss(int[] examples) => Loss([.. examples.Select(i => sources[i])], [.. examples.Select(i => targets[i])], labelSmoothing);

    /// <inheritdoc/>
    public override IReadOnlyList<RecipeFigure> Evaluate(bool isFinal, CancellationToken cancellation)
    {
        Pairs some = isFinal ? validation : Spread(validation, sample);
        var figures = new List<RecipeFigure> { new("validation.loss", MeanLoss(some, cancellation)) };
        figures.AddRange(Measure("validation", some, translator, cancellation));
        if (!isFinal) return figures;
        // plain greedy search, which all can compare with; and as the folder will translate
        foreach (Translator search in beams > 1 ? (Translator[])[translator, Searching()] : [translator])
        {
            figures.AddRange(Measure("test", test, search, cancellation));
            if (heldOut.Count > 0) figures.AddRange(Measure("held_out", heldOut, search, cancellation));
        }
        return figures;
    }

    /// <inheritdoc/>
    public override void Save(string folder)
    {
        T5.Save(folder, translator.Tokenizer, halfPrecision);
        GenerationConfig.Save(folder, Searching().Options with { MaxNewTokens = 2 * maxLength });
    }

    private Translator Searching() => new(T5, translator.Tokenizer)
    {
        MaxLength = maxLength,
        Options = translator.Options with { BeamCount = beams, NoRepeatNgramSize = noRepeatNgram, LengthPenalty = lengthPenalty },
    };

    private static T5Config ReadSizes(RecipeSection section)
    {
        int hidden = section.Int("hidden_size"), heads = section.Int("heads"), layers = section.Int("layers");
        if (hidden % heads != 0) throw section.Error("heads", FormattableString.Invariant($"{heads} do not divide hidden_size, which is {hidden}."));
        return new(section.Int("vocabulary", least: 64), hidden, hidden / heads, heads, section.Int("intermediate_size", 4 * hidden), layers, section.Int("decoder_layers", layers),
            Dropout: section.Number("dropout", 0.1, most: 0.99));
    }

    private Pairs Read(Source file, string key)
    {
        string path = DataFile(key, file.Name);
        return ParallelTexts.Read(path, file.Columns);
    }

    private Translator Load()
    {
        string folder = ModelFolder("from");
        var tokenizer = Tokenizer.FromPretrained(folder);
        CheckVocabulary(tokenizer, ConfigFile.Read(folder).Int("vocab_size"), folder);
        return new(T5ForConditionalGeneration.FromPretrained(folder), tokenizer) { MaxLength = maxLength };
    }

    private Translator Create(Pairs pairs, CancellationToken cancellation)
    {
        var trainer = new TokenizerTrainer { Kind = TokenizerKind.Unigram, VocabularySize = newModel!.VocabularySize, MoreSpecialTokens = [Padding] };
        Tokenizer learned = trainer.Train(pairs.SelectMany(pair => (string[])[pair.Source, pair.Target]), cancellation: cancellation);
        int end = learned.IdOf(End)!.Value, padding = learned.IdOf(Padding)!.Value;
        var tokenizer = new Tokenizer(learned.Model, learned.Normalizer, learned.PreTokenizer, TemplatePostProcessor.Around(null, KeyValuePair.Create(End, end)), learned.Decoder, learned.AddedTokens);
        T5Config sizes = newModel with { VocabularySize = tokenizer.VocabularySize, StartId = padding, PaddingId = padding, EndId = end };
        return new(new T5ForConditionalGeneration(ParamScope.Random(new PhiloxRandom(Seed)), sizes), tokenizer) { MaxLength = maxLength };
    }

    private Tensor Loss(IReadOnlyList<int[]> from, IReadOnlyList<int[]> to, double smoothing)
    {
        T5Config sizes = T5.Sizes;
        Tensor labels = LabelPadding.Pad(to);                                                                        // [B, T]
        Tensor mask = LabelPadding.Pad([.. from.Select(row => Array.ConvertAll(row, _ => 1))], 0);                   // [B, S]
        Tensor encoded = T5.Encode(LabelPadding.Pad(from, sizes.PaddingId), mask);                                   // [B, S, C]
        Tensor scores = T5.Decode(LabelPadding.ShiftRight(labels, sizes.StartId, sizes.PaddingId), encoded, mask);   // [B, T, V]
        return scores.Flatten(0, -2).CrossEntropy(labels.Flatten(), labelSmoothing: smoothing);
    }

    /// <summary>The mean loss a piece, without smoothing.</summary>
    private double MeanLoss(Pairs pairs, CancellationToken cancellation)
    {
        int[][] from = Cut(translator.Encode([.. pairs.Select(pair => pair.Source)])), to = Cut(translator.Encode([.. pairs.Select(pair => pair.Target)]));
        double sum = 0, count = 0;
        // the longest first: their memory serves the shorter ones
        foreach (int[] rows in Enumerable.Range(0, pairs.Count).OrderByDescending(row => to[row].Length).Chunk(32))
        {
            cancellation.ThrowIfCancellationRequested();
            using var batch = TensorScope.Begin();
            int pieces = rows.Sum(row => to[row].Length);
            sum += pieces * Loss([.. rows.Select(row => from[row])], [.. rows.Select(row => to[row])], 0).Item();
            count += pieces;
        }
        return sum / count;
    }

    private int[][] Cut(int[][] rows) => Array.ConvertAll(rows, row => row.Length > maxLength ? row[..maxLength] : row);

    private static List<RecipeFigure> Measure(string name, Pairs pairs, Translator search, CancellationToken cancellation)
    {
        int beamCount = search.Options.BeamCount;
        IReadOnlyList<string> found = search.Translate([.. pairs.Select(pair => pair.Source)], cancellation: cancellation);
        IReadOnlyList<IReadOnlyList<string>> wanted = [[.. pairs.Select(pair => pair.Target)]];
        if (beamCount > 1) name += string.Create(CultureInfo.InvariantCulture, $".beam{beamCount}");
        return
        [
            new($"{name}.bleu", Bleu.Corpus(found, wanted).Score),
            new($"{name}.character_bleu", Bleu.Corpus(found, wanted, BleuTokenizer.Characters).Score),
            new($"{name}.chrf", Chrf.Corpus(found, wanted)),
        ];
    }

    private static Pairs Spread(Pairs pairs, int count) => count >= pairs.Count ? pairs : [.. Enumerable.Range(0, count).Select(i => pairs[(int)((long)i * pairs.Count / count)])];

    /// <summary>A file and the columns of text and translation in it: <c>name</c> or <c>name#3,4</c>.</summary>
    private readonly record struct Source(string Name, (int Source, int Target) Columns)
    {
        internal static Source Parse(RecipeSection section, string key, string text)
        {
            int mark = text.LastIndexOf('#');
            if (mark < 0) return new(text, (1, 2));
            int[] columns = [.. text[(mark + 1)..].Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int column) && column is >= 1 and <= 1000 ? column : 0)];
            return columns is [> 0, > 0]
                ? new(text[..mark], (columns[0], columns[1]))
                : throw section.Error(key, $"'{text}': behind # stand the columns of text and translation, such as #3,4.");
        }
    }
}
