using System.Text.Json.Nodes;
using Baeum.Inference;
using Baeum.Models;
using Baeum.Text;

namespace Baeum.Tests.Models;

/// <summary>Model folders as users hold them: saved with their tokenizer, asked for classes, masks and vectors, and damaged.</summary>
public sealed class TaskTests : IDisposable
{
    private static readonly BertConfig Small = new(40, HiddenSize: 16, LayerCount: 1, HeadCount: 2, IntermediateSize: 32, PositionCount: 12) { Labels = ["sad", "glad"] };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    internal static Tokenizer Words() => new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 40, MinimumFrequency = 1 }.Train(["good day to you", "bad day to me"]);

    internal static void SaveClassifier(string path) => new BertForSequenceClassification(ParamScope.Random(1), Small).Save(path, Words());

    internal static void SaveMasked(string path) => new BertForMaskedLM(ParamScope.Random(1), Small).Save(path, Words());

    private void Edit(string field, JsonNode? value)
    {
        var fields = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!.AsObject();
        fields[field] = value;
        File.WriteAllText(folder.File("config.json"), fields.ToJsonString());
    }

    private string Refusal<T>(Func<string, T> load) => Assert.Throws<ModelException>(() => load(folder.Path)).Message;

    [Fact]
    public void A_saved_folder_holds_all_that_a_program_needs()
    {
        SaveClassifier(folder.Path);
        Assert.Equal(["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var about = JsonNode.Parse(File.ReadAllText(folder.File("tokenizer_config.json")))!;
        Assert.Equal("PreTrainedTokenizerFast", (string?)about["tokenizer_class"]);
        Assert.Equal("[MASK]", (string?)about["mask_token"]);
        Assert.Equal(12, (int?)about["model_max_length"]);
        Assert.Equal(Words().Encode("good day").Ids, Tokenizer.FromPretrained(folder.Path).Encode("good day").Ids);
        Tensor probabilities = TextClassifier.FromPretrained(folder.Path).Classify(["good day", "bad"]);
        Assert.Equal([2, 2], probabilities.Shape.ToArray());
        Assert.Equal(1, probabilities.Sum(1).ToArray<float>()[0], 5);
    }

    [Fact]
    public void Generation_options_come_back_as_they_were_saved()
    {
        new Gpt2LMHeadModel(ParamScope.Random(1), new Gpt2Config(40, 16, 8, 1, 2)).Save(folder.Path);
        var options = new GenerationOptions { MaxNewTokens = 7, EndIds = [3, 4], PaddingId = 5, BeamCount = 4, LengthPenalty = 0.6, EarlyStopping = BeamStopping.WhenFull, NoRepeatNgramSize = 3, RepetitionPenalty = 1.2 };
        GenerationConfig.Save(folder.Path, options);
        Assert.Equal(options with { EndIds = [] }, GenerationConfig.Read(folder.Path) with { EndIds = [] });
        Assert.Equal([3, 4], GenerationConfig.Read(folder.Path).EndIds);
    }

    [Fact]
    public void A_mask_is_filled_with_the_likeliest_pieces_first()
    {
        SaveMasked(folder.Path);
        var filler = MaskFiller.FromPretrained(folder.Path);
        var guesses = filler.Fill("good [MASK] to [MASK]", 3);
        Assert.Equal(2, guesses.Count);
        Assert.All(guesses, best => Assert.Equal(best.Select(guess => guess.Probability).OrderDescending(), best.Select(guess => guess.Probability)));
        Assert.Contains("no [MASK]", Assert.Throws<ArgumentException>(() => filler.Fill("good day")).Message, StringComparison.Ordinal);
        Assert.Contains("more than the model's 12 positions", Assert.Throws<ArgumentException>(() => filler.Fill("[MASK] " + string.Concat(Enumerable.Repeat("day ", 20)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_architecture_that_is_not_known_is_named_with_those_that_are()
    {
        SaveClassifier(folder.Path);
        Edit("architectures", new JsonArray("MambaForCausalLM"));
        foreach (string message in (string[])[Refusal(TextClassifier.FromPretrained), Refusal(MaskFiller.FromPretrained), Refusal(SentenceEncoder.FromPretrained)])
        {
            Assert.Contains("'MambaForCausalLM'", message, StringComparison.Ordinal);
            Assert.Contains("known are Bert", message, StringComparison.Ordinal);
        }
        Edit("architectures", null);
        Assert.Contains("does not say which architecture", Refusal(TextClassifier.FromPretrained), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_with_more_pieces_than_the_embedding_is_refused()
    {
        int pieces = Words().VocabularySize;
        new BertForMaskedLM(ParamScope.Random(1), Small with { VocabularySize = pieces - 1 }).Save(folder.Path, Words());
        string message = Refusal(MaskFiller.FromPretrained);
        Assert.Contains($"the tokenizer has {pieces} pieces, the model vectors for {pieces - 1}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_size_that_the_embedding_has_not_is_one_table()
    {
        SaveClassifier(folder.Path);
        Edit("vocab_size", 39);
        string message = Assert.Throws<CheckpointException>(() => TextClassifier.FromPretrained(folder.Path)).Message;
        Assert.Contains("bert.embeddings.word_embeddings.weight", message, StringComparison.Ordinal);
        Assert.Contains("the model has [39, 16], the file [40, 16]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_texts_are_refused_by_their_number()
    {
        SaveClassifier(folder.Path);
        var classifier = TextClassifier.FromPretrained(folder.Path);
        Assert.Contains("there is no text", Assert.Throws<ArgumentException>(() => classifier.Classify([])).Message, StringComparison.Ordinal);
        Assert.Contains("text 2 of 2 is empty", Assert.Throws<ArgumentException>(() => classifier.Classify(["good", " "])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_leaves_the_old_model_whole()
    {
        SaveClassifier(folder.Path);
        byte[] before = File.ReadAllBytes(folder.File("config.json"));
        File.Delete(folder.File("model.safetensors"));
        // a folder in the file's place cannot be replaced by it, as a file cannot be written on a full disk
        Directory.CreateDirectory(folder.File("model.safetensors"));
        File.WriteAllText(Path.Combine(folder.File("model.safetensors"), "in use"), "");
        Assert.ThrowsAny<Exception>(() => new BertForSequenceClassification(ParamScope.Random(2), Small with { Labels = ["a", "b", "c"] }).Save(folder.Path));
        Assert.Equal(before, File.ReadAllBytes(folder.File("config.json")));
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }
}
