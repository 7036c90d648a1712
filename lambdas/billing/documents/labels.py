"""What the lines of an invoice are called in Japanese."""

from lambdas.billing.invoicing.charges import Line
from lambdas.shared.calendar import Month

MONTHLY = {
    "monthly_fee": "月額利用料",
    "storage_fee": "情報保管料（休止中）",
    "rental_fee": "センサーレンタル料（休止中）",
    "instalment": "機器代金（分割）",
    "mobile_line_fee": "モバイル回線利用料",
    "equipment_rental": "機器レンタル料",
}
"""Items that belong to a month."""

ONCE = {
    "initial_fee": "初期費用",
    "construction_fee": "工事費",
    "equipment_fee": "機器代金",
    "pause_procedure_fee": "休止手続料",
    "early_termination_fee": "解約手数料",
    "instalment_remainder": "機器代金（分割）の残額",
    "discount_settlement": "割引額の精算",
    "removal_fee": "撤去作業料",
    "relocation_fee": "移設作業料",
    "visit_fee": "訪問料（お約束の日時にご不在）",
    "replacement_sensor": "センサー（交換）",
    "replacement_wifi_router": "無線LANルーター（交換）",
    "reinstallation_fee": "再設置費用",
    "damages_sensor": "機器損害金（センサー）",
    "damages_wifi_router": "機器損害金（無線LANルーター）",
    "dispatch_fee": "駆けつけ料",
    "lost_device": "機器損害金（紛失）",
    "loss_procedure_fee": "紛失手続料",
    "repair_fee": "修理・交換料",
    "forwarding": "転送費用（実費）",
    "patrol_fee": "巡回料",
    "ventilation_fee": "換気サービス料",
    "credit": "ご返金",
    "refund": "返金額のお支払い",
    "credit_applied": "未払い分への充当",
}
"""Items that belong to a day."""

LABELS = {**MONTHLY, **ONCE}


def month_label(month: Month) -> str:
    """A month: 2026年9月."""
    return f"{month.year}年{month.month}月"


def label(line: Line) -> str:
    """What a line is called. An item nobody named yet is called by its name in the catalogue: an
    invoice that lacks a word is better than none."""
    name = LABELS.get(line.item, line.item)
    if line.about:
        name = f"{name} {line.about}"
    if line.sale:
        return f"{name}（{month_label(Month.of(line.sale))}分）"
    return f"{name}（訂正）" if line.amount < 0 and line.item != "credit" else name
