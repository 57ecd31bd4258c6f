using Baeum.Inference;
using Baeum.Models;

namespace Baeum.Cli.Verify;

/// <summary>A model under comparison: its outputs under their names in the books, its losses and its way of generating.</summary>
internal sealed class ModelSubject
{
    private const long Ignored = -100;

    private static readonly Dictionary<string, Func<string, ModelSubject>> Known = new(StringComparer.Ordinal)
    {
        ["BertModel"] = folder => Encoder(Bert.FromPretrained(folder)),
        ["BertForPreTraining"] = folder => PreTraining(BertForPreTraining.FromPretrained(folder)),
        ["BertForMaskedLM"] = folder => With(BertForMaskedLM.FromPretrained(folder), model => Pieces(model, model.Forward)),
        ["BertForTokenClassification"] = folder => With(BertForTokenClassification.FromPretrained(folder), model => Pieces(model, model.Forward)),
        ["BertForSequenceClassification"] = folder => With(BertForSequenceClassification.FromPretrained(folder), model => Pieces(model, model.Forward)),
        ["BertForQuestionAnswering"] = folder => Questions(BertForQuestionAnswering.FromPretrained(folder)),
        ["DistilBertForMaskedLM"] = folder => With(DistilBertForMaskedLM.FromPretrained(folder), model => Pieces(model, (ids, mask, _, trace) => model.Forward(ids, mask, trace))),
        ["DistilBertForSequenceClassification"] = folder => With(DistilBertForSequenceClassification.FromPretrained(folder), model => Pieces(model, (ids, mask, _, trace) => model.Forward(ids, mask, trace))),
        ["T5ForConditionalGeneration"] = folder => EncoderDecoder(T5ForConditionalGeneration.FromPretrained(folder)),
        ["GPT2LMHeadModel"] = folder => Decoder(Gpt2LMHeadModel.FromPretrained(folder)),
    };

    private readonly Module model;
    private readonly Func<GoldenCase, Dictionary<string, Tensor>> forward;

    private ModelSubject(Module model, Func<GoldenCase, Dictionary<string, Tensor>> forward) => (this.model, this.forward) = (model, forward);

    internal Module Model => model;

    internal required Func<GoldenCase, Tensor> Loss { get; init; }

    internal Func<GoldenCase, GenerationOptions, Tensor> Generate { get; private init; } = (golden, _) => throw new InvalidDataException($"{golden.Name}: this model does not generate");

    internal Dictionary<string, Tensor> Parameters => model.NamedParameters().ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);

    internal static bool IsKnown(string folder) => Known.ContainsKey(Architecture(folder));

    internal static ModelSubject Load(string folder) => Known[Architecture(folder)](folder);

    internal Dictionary<string, Tensor> Forward(GoldenCase golden) => forward(golden);

    private static string Architecture(string folder) => ConfigFile.Read(folder).Fields["architectures"]?[0]?.GetValue<string>() ?? "";

    private static ModelSubject With<T>(T model, Func<T, ModelSubject> describe) => describe(model);

    private static Tensor? Optional(GoldenCase golden, string role) => golden.Has("inputs", role) ? golden.Input(role) : null;

    private static Dictionary<string, Tensor> Traced(Trace trace, Dictionary<string, Tensor> outputs, string prefix = "")
    {
        for (int i = 0; i < trace.HiddenStates.Count; i++) outputs[FormattableString.Invariant($"{prefix}hidden{i}")] = trace.HiddenStates[i];
        for (int i = 0; i < trace.Attentions.Count; i++) outputs[FormattableString.Invariant($"{prefix}attention{i}")] = trace.Attentions[i];
        return outputs;
    }

    private static Tensor CrossEntropy(Tensor scores, Tensor labels) => scores.Reshape(-1, scores.Shape[^1]).CrossEntropy(labels.Reshape(-1), ignoreIndex: Ignored);

    private static ModelSubject Pieces(Module model, Func<Tensor, Tensor?, Tensor?, Trace?, Tensor> scores)
    {
        return new(model, golden =>
        {
            var trace = new Trace();
            return Traced(trace, new() { ["logits"] = Run(golden, trace) });
        })
        {
            Loss = golden => CrossEntropy(Run(golden, null), golden.Input("labels")),
        };

        Tensor Run(GoldenCase golden, Trace? trace) => scores(golden.Input("input_ids"), Optional(golden, "attention_mask"), Optional(golden, "token_type_ids"), trace);
    }

    private static ModelSubject Encoder(Bert model) => new(model, golden =>
    {
        var trace = new Trace();
        Tensor hidden = model.Forward(golden.Input("input_ids"), Optional(golden, "attention_mask"), Optional(golden, "token_type_ids"), trace);
        return Traced(trace, new() { ["last_hidden_state"] = hidden, ["pooler_output"] = model.Pool(hidden) });
    })
    {
        Loss = golden => throw new InvalidDataException($"{golden.Name}: the encoder alone has no loss"),
    };

    private static ModelSubject PreTraining(BertForPreTraining model)
    {
        return new(model, golden =>
        {
            var trace = new Trace();
            var (predictions, relationship) = Run(golden, trace);
            return Traced(trace, new() { ["prediction_logits"] = predictions, ["seq_relationship_logits"] = relationship });
        })
        {
            // the books' step was computed with the segments of their forward case
            Loss = golden =>
            {
                var (predictions, relationship) = Run(golden, null);
                return CrossEntropy(predictions, golden.Input("labels")) + CrossEntropy(relationship, golden.Input("next_sentence_label"));
            },
        };

        (Tensor Predictions, Tensor Relationship) Run(GoldenCase golden, Trace? trace) => model.Forward(
            golden.Input("input_ids"), Optional(golden, "attention_mask"), Optional(golden, "token_type_ids") ?? golden.Shared("forward/in/token_type_ids"), trace);
    }

    private static ModelSubject Questions(BertForQuestionAnswering model)
    {
        return new(model, golden =>
        {
            var trace = new Trace();
            var (start, end) = Run(golden, trace);
            return Traced(trace, new() { ["start_logits"] = start, ["end_logits"] = end });
        })
        {
            Loss = golden =>
            {
                var (start, end) = Run(golden, null);
                return BertForQuestionAnswering.Loss(start, end, golden.Input("start_positions"), golden.Input("end_positions"));
            },
        };

        (Tensor Start, Tensor End) Run(GoldenCase golden, Trace? trace) => model.Forward(golden.Input("input_ids"), Optional(golden, "attention_mask"), Optional(golden, "token_type_ids"), trace);
    }

    private static ModelSubject Decoder(Gpt2LMHeadModel model) => new(model, golden =>
    {
        var trace = new Trace();
        return Traced(trace, new() { ["logits"] = model.Forward(golden.Input("input_ids"), Optional(golden, "attention_mask"), null, trace) });
    })
    {
        Loss = golden =>
        {
            // the books list a mask here, but their step was computed without it
            Tensor labels = golden.Input("labels"), scores = model.Forward(golden.Input("input_ids"));
            int length = labels.Shape[1];
            return CrossEntropy(scores.Narrow(1, 0, length - 1), labels.Narrow(1, 1, length - 1));
        },
        Generate = (golden, options) => TextGenerator.Generate(model, golden.Input("input_ids"), Optional(golden, "attention_mask"), options),
    };

    private static ModelSubject EncoderDecoder(T5ForConditionalGeneration model) => new(model, golden =>
    {
        var trace = new Trace();
        Tensor? mask = Optional(golden, "attention_mask");
        Tensor encoded = model.Encode(golden.Input("input_ids"), mask);
        Tensor logits = model.Decode(golden.Input("decoder_input_ids"), encoded, mask, trace: trace);
        return Traced(trace, new() { ["logits"] = logits, ["encoder_last"] = encoded }, "dec_");
    })
    {
        Loss = golden =>
        {
            Tensor? mask = Optional(golden, "attention_mask");
            Tensor labels = golden.Input("labels");
            return CrossEntropy(model.Decode(model.ShiftRight(labels), model.Encode(golden.Input("input_ids"), mask), mask), labels);
        },
        Generate = (golden, options) => TextGenerator.Generate(model, golden.Input("input_ids"), Optional(golden, "attention_mask"), options),
    };
}
